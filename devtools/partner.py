"""`make partner`: a sandbox in which a bank can begin, in the product running at PORT=8000 or URL.

The pool's open parameters are set as the story sets them, the bank is registered and a partner. What its developer
needs from there on (README, "A bank's first minute") is written to var/partner.json: nothing of it is more than a
sandbox's.
"""

import json
import sys
from pathlib import Path
from typing import Any

import httpx2

from devtools.demo.recognition import ACCOUNT
from devtools.demo.stage import set_the_stage, tell
from devtools.demo.story import answers, instance_named, visitor

WRITTEN_TO = Path("var/partner.json")


def open_for_a_bank(http: httpx2.Client, bootstrap_secret: str) -> dict[str, Any]:
    """The sandbox, its people's accounts, and the bank as an organisation that was admitted to the pool."""
    stage = set_the_stage(http, bootstrap_secret)
    pool = [name for name in stage.script.values if name.startswith("loan_pool.")]
    stage.set_parameters(pool)
    told = stage.script.loan
    account = ACCOUNT | {"payee_name": told.bank.name}
    body = {"kind": "bank", "name": told.bank.name, "credit_code": told.bank.credit_code, "payee_account": account}
    bank_id = stage.operator.post("/v1/registry/organisations", body)["id"]
    admitted = {"bank_id": bank_id, "product": told.product, "agreement": "合作协议 2026-03"}
    stage.operator.post("/v1/funds/loan-pool/banks", admitted)
    return {
        "url": str(http.base_url).rstrip("/"),
        "city_code": stage.city,
        "operator": stage.logins["operator-1"],
        "people": stage.logins,
        "bank_id": bank_id,
        "bank_name": told.bank.name,
    }


def main() -> None:
    """Write what the bank's developer needs."""
    url, secret = instance_named()
    if not (secret.exists() and answers(url)):
        sys.exit(f"{url} 没有应答,或没有 {secret}:请先 make run")
    with visitor(url) as http:
        given = open_for_a_bank(http, secret.read_text(encoding="ascii").strip())
    WRITTEN_TO.parent.mkdir(parents=True, exist_ok=True)
    WRITTEN_TO.touch(mode=0o600)
    WRITTEN_TO.write_text(json.dumps(given, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tell(f"{given['bank_name']} 已是合作银行;所需信息写入 {WRITTEN_TO}", indent=0)


if __name__ == "__main__":
    main()
