"""`make demo`: the story, against a running instance (URL, BOOTSTRAP_SECRET_FILE; else `make run`'s) or its own."""

import os
import tempfile
import time
from pathlib import Path

import httpx2

from devtools.demo.awards import FUND, give_the_fund_its_money, pay_award
from devtools.demo.ending import show_the_books
from devtools.demo.loans import share_a_loan_loss
from devtools.demo.recognition import recognise_key_makerspace, record_provincial_level
from devtools.demo.stage import set_the_stage, tell
from devtools.processes import DEFAULT_PORT
from devtools.running import Instance

MUNICIPAL_FEN, DIFFERENCE_FEN = 30_000_000, 10_000_000


def tell_the_story(url: str, bootstrap_secret: str) -> None:
    """Everything, over HTTP, in a fresh sandbox. Raises at the first thing that is not as the story says."""
    started = time.monotonic()
    with httpx2.Client(base_url=url, timeout=30, trust_env=False) as http:
        stage = set_the_stage(http, bootstrap_secret)
        carrier = recognise_key_makerspace(stage)
        tell("第二幕 奖励 30 万元 (XZ-21, XZ-23)", indent=0)
        year = give_the_fund_its_money(stage, FUND, document="徐财教〔2026〕18号")
        first = pay_award(stage, carrier.case_id, expected_fen=MUNICIPAL_FEN, year=year)
        case_id = record_provincial_level(stage, carrier)
        second = pay_award(stage, case_id, expected_fen=DIFFERENCE_FEN, year=year)
        third = share_a_loan_loss(stage)
        show_the_books(stage, [first, second, third])
    tell(f"演示完成,用时 {time.monotonic() - started:.0f} 秒", indent=0)


def main() -> None:
    """Find the instance, or start one."""
    url = os.environ.get("URL", f"http://127.0.0.1:{os.environ.get('PORT', DEFAULT_PORT)}")
    secret = Path(os.environ.get("BOOTSTRAP_SECRET_FILE", "var/secrets/bootstrap_secret"))
    if secret.exists() and _answers(url):
        tell_the_story(url, secret.read_text(encoding="ascii").strip())
        return
    tell("没有运行中的实例,先启动一个", indent=0)
    with tempfile.TemporaryDirectory() as home, Instance(Path(home)) as instance:
        tell_the_story(instance.url, instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip())


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/livez", timeout=2, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


if __name__ == "__main__":
    main()
