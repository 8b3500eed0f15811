"""A sandbox of the Wuhan pack through the gateway: its policy set, its budget allotted, a provider at work."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from devtools.demo.cast import Actor, Refused, client_with_secret, wait_for
from devtools.demo.recognition import ACCOUNT
from devtools.demo.stage import Stage

PROGRAMME = "voucher.innovation"
FACE_FEN, TRANCHE_FEN, BUDGET_FEN = 5_000_000, 50_000_000, 400_000_000
HOLDER = ("武汉东湖感知科技有限公司", "91420100MA4KLC1A0A", "1106020109000123456")
PROVIDER = ("武汉光谷检测技术有限公司", "91420100MA4KLD2B08", "1106020109000765432")
VALUES = {
    "voucher.face_value": FACE_FEN,
    "voucher.holder_yearly_quota": 50_000_000,
    "voucher.share": 5_000,
    "voucher.validity_months": 12,
}
FOR_CONTRACTS = {"voucher.claim_months": 2}  # open too, and nothing an issue waits for


@dataclass
class VoucherJourney:
    """The city, the ids of what was made in it, and the provider's program."""

    stage: Stage
    provider: Actor
    holder_id: str
    provider_id: str
    open_at_first: frozenset[str]

    @property
    def today(self) -> date:
        return self.stage.today

    def tranche(self) -> str:
        """Another one, known to vouchers."""
        return a_tranche(self.stage)

    def agreed(self, tranche_id: str, **figures: int) -> dict[str, Any]:
        """The agreement as soon as both sides were told, which is when these figures stand in it."""

        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self.stage.auditor.get(f"/v1/vouchers/tranches/{tranche_id}/agreement")
            assert found["agrees"], found  # at every moment, told or not
            return found if all(found[name] == fen for name, fen in figures.items()) else None

        settled: dict[str, Any] = wait_for("both sides to be told", look)
        return settled

    def claim(self, code: str, *, net_fen: int, invoice: str) -> dict[str, Any]:
        return {
            "code": code,
            "service_kind": "technical_testing",
            "service_on": self.today.isoformat(),
            "contract_on": self.today.isoformat(),
            "contract_net_fen": net_fen,
            "invoice": {"number": invoice, "code": None},
        }


def open_wuhan(stage: Stage) -> VoucherJourney:
    """WH-18 leaves four figures open: nothing is issued until an operator has set them all."""
    holder, provider = (_organisation(stage, *who) for who in (HOLDER, PROVIDER))
    year, budget = stage.today.year, {"amount_fen": BUDGET_FEN, "document": "武财〔2026〕1号"}
    for step in ("appropriations", "allotments"):
        stage.finance_1.post(f"/v1/funds/budgets/{PROGRAMME}/{year}/{step}", budget)
    tranche_id = a_tranche(stage)
    with pytest.raises(Refused) as refused:
        stage.officer_1.post("/v1/vouchers/vouchers", {"tranche_id": tranche_id, "holder_id": holder})
    named = frozenset(reason["facts"]["parameter"] for reason in refused.value.reasons)
    set_policy(stage)
    admission = {
        "organisation_id": provider,
        "division_code": "420106",
        "service_kinds": ["technical_testing"],
        "admitted_on": stage.today.isoformat(),
    }
    admitted = stage.officer_1.post("/v1/vouchers/providers", admission)
    return VoucherJourney(stage, _provider_program(stage, provider), holder, admitted["id"], named)


def set_policy(stage: Stage) -> None:
    """In one change, with a reason, approved by another person."""
    where = f"/v1/window/policies/{stage.city}"
    values = [
        {"parameter": name, "value": value, "applies_to_pending": True}
        for name, value in (VALUES | FOR_CONTRACTS).items()
    ]
    change = stage.operator.post(f"{where}/parameters", {"values": values, "reason": "试行一年"})
    stage.officer_2.post(f"{where}/changes/{change['id']}/approval", {})
    stage.settle()


def _organisation(stage: Stage, name: str, credit_code: str, account_number: str) -> str:
    body = {
        "kind": "firm",
        "name": name,
        "credit_code": credit_code,
        "identifier_override": None,
        "payee_account": ACCOUNT | {"payee_name": name, "account_number": account_number},
    }
    return str(stage.portal.post("/v1/registry/organisations", body)["id"])


def a_tranche(stage: Stage) -> str:
    """The document names no envelope for vouchers: the programme is its own fund, with what finance appropriates."""
    wanted = {"programme": PROGRAMME, "policy_year": stage.today.year, "amount_fen": TRANCHE_FEN}
    tranche_id = str(stage.finance_1.post("/v1/funds/tranches", wanted)["id"])
    wait_for("vouchers to be told of the tranche", lambda: _known(stage, tranche_id))
    return tranche_id


def _known(stage: Stage, tranche_id: str) -> bool:
    return any(row["id"] == tranche_id for row in stage.officer_1.get("/v1/vouchers/tranches")["items"])


def _provider_program(stage: Stage, organisation_id: str) -> Actor:
    body = {"kind": "provider", "name": "检测平台", "organisation_id": organisation_id}
    made = stage.operator.post_once_shown("/v1/window/clients", body)
    return client_with_secret(stage.http, "provider", made["client_id"], made["client_secret"])
