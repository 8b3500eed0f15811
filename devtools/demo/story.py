"""The story from its first line to its last, for whoever wants it told: `make demo` and the tests."""

from dataclasses import dataclass
from typing import Any

import httpx2

from devtools.demo.awards import FUND, give_the_fund_its_money, pay_award
from devtools.demo.ending import show_the_books
from devtools.demo.loans import share_a_loan_loss
from devtools.demo.recognition import Carrier, recognise_key_makerspace, record_provincial_level
from devtools.demo.stage import Stage, set_the_stage, tell

MUNICIPAL_FEN, DIFFERENCE_FEN = 30_000_000, 10_000_000


@dataclass(frozen=True)
class Story:
    """What is left when it was told: who is who, the carrier, and the payment orders as they were paid."""

    stage: Stage
    carrier: Carrier
    orders: list[str]


def visitor(url: str, **options: Any) -> httpx2.Client:
    """A client of the gateway that takes nothing from this machine's environment."""
    return httpx2.Client(base_url=url, timeout=30, trust_env=False, **options)


def play(http: httpx2.Client, bootstrap_secret: str) -> Story:
    """Everything, over HTTP, in a fresh sandbox. Raises at the first thing that is not as the story says."""
    stage = set_the_stage(http, bootstrap_secret)
    carrier = recognise_key_makerspace(stage)
    tell("第二幕 奖励 30 万元 (XZ-21, XZ-23)", indent=0)
    year = give_the_fund_its_money(stage, FUND, document="徐财教〔2026〕18号")
    first = pay_award(stage, carrier.case_id, expected_fen=MUNICIPAL_FEN, year=year)
    case_id = record_provincial_level(stage, carrier)
    second = pay_award(stage, case_id, expected_fen=DIFFERENCE_FEN, year=year)
    third = share_a_loan_loss(stage)
    orders = [first, second, third]
    show_the_books(stage, orders)
    return Story(stage, carrier, orders)
