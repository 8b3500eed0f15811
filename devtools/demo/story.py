"""The story from its first line to its last, for whoever wants it told: `make demo` and the tests."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from devtools.demo.awards import give_the_fund_its_money, pay_award
from devtools.demo.ending import show_the_books
from devtools.demo.loans import share_a_loan_loss
from devtools.demo.recognition import Carrier, recognise_carrier, record_rise
from devtools.demo.script import Script
from devtools.demo.stage import Stage, set_the_stage, tell
from devtools.processes import DEFAULT_PORT
from kernel.money import in_yuan


@dataclass(frozen=True)
class Story:
    """What is left when it was told: who is who, the carrier, and the payment orders as they were paid."""

    stage: Stage
    carrier: Carrier
    orders: list[str]


def visitor(url: str, **options: Any) -> httpx2.Client:
    """A client of the gateway that takes nothing from this machine's environment."""
    return httpx2.Client(base_url=url, timeout=30, trust_env=False, **options)


def instance_named() -> tuple[str, Path]:
    """Where a running instance is and its first secret: URL and BOOTSTRAP_SECRET_FILE, else what `make run` starts."""
    url = os.environ.get("URL", f"http://127.0.0.1:{os.environ.get('PORT', DEFAULT_PORT)}")
    return url, Path(os.environ.get("BOOTSTRAP_SECRET_FILE", "var/secrets/bootstrap_secret"))


def answers(url: str) -> bool:
    """Whether a gateway is there."""
    try:
        return httpx2.get(f"{url}/livez", timeout=2, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def play(http: httpx2.Client, bootstrap_secret: str, *, script: Script | None = None) -> Story:
    """Everything, over HTTP, in a fresh sandbox. Raises at the first thing that is not as the story says."""
    stage = set_the_stage(http, bootstrap_secret, script=script)
    awards = stage.script.awards
    carrier = recognise_carrier(stage)
    tell(f"第二幕 奖励 {in_yuan(awards.first_fen)} 元 ({', '.join(awards.clauses)})", indent=0)
    year = give_the_fund_its_money(stage, awards)
    first = pay_award(stage, carrier.case_id, expected_fen=awards.first_fen, year=year)
    case_id = record_rise(stage, carrier)
    second = pay_award(stage, case_id, expected_fen=awards.on_rise_fen, year=year)
    third = share_a_loan_loss(stage)
    orders = [first, second, third]
    show_the_books(stage, orders)
    return Story(stage, carrier, orders)
