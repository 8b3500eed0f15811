"""What the books must say once the story was told, however it was disturbed."""

import re
from collections import Counter
from typing import Any

from devtools.demo.script import Budget
from devtools.demo.stage import Stage
from devtools.demo.story import Story

PAYEE = re.compile(r"/(payable|owed)/[^/]+$")
Sides = dict[str, tuple[int, int]]
FACTS = {
    "budget.appropriated": 2,
    "budget.allotted": 2,
    "payment.committed": 3,
    "payment.settled": 3,
    "loss_claim.shared": 1,
    "recovery.returned": 1,
}


def told_once(story: Story) -> None:
    """Three payments, each fact in the journal as often as it happened, every account to the fen."""
    auditor = story.stage.auditor
    orders = auditor.get("/v1/funds/payment-orders", limit=100)["items"]
    assert {order["id"] for order in orders} == set(story.orders)
    paid = [(order["status"], order["amount_fen"]) for order in orders]
    script = story.stage.script
    amounts = (script.awards.first_fen, script.awards.on_rise_fen, script.loan.paid_fen)
    assert sorted(paid) == sorted(("settled", fen) for fen in amounts)

    journal = auditor.get("/v1/funds/books/journal", limit=100)["items"]
    assert Counter(entry["fact"] for entry in journal) == FACTS
    assert trial_balance(story.stage) == expected_balance(story.stage)
    assert auditor.get("/v1/funds/books/verification") == {"sound": True, "flaws": []}
    assurance = auditor.get("/v1/funds/assurance")
    assert [check for check in assurance["checks"] if not check["green"]] == []


def trial_balance(stage: Stage) -> Sides:
    """Debit and credit of every account; those of payees and banks under one name, for their ids are made anew."""
    document = stage.auditor.get("/v1/funds/books/trial-balance")
    sides: Sides = {}
    for line in document["lines"]:
        code = PAYEE.sub(r"/\1", line["code"])
        assert code not in sides, "the story pays one payee from each fund"
        sides[code] = (line["debit_fen"], line["credit_fen"])
    totals = tuple(map(sum, zip(*sides.values(), strict=True)))
    assert totals == (document["debit_fen"], document["credit_fen"])
    return sides


def expected_balance(stage: Stage) -> Sides:
    """Both funds of the script, to the fen."""
    budgets: list[dict[str, Any]] = stage.auditor.get("/v1/funds/budgets")["items"]
    years = {line["fund"]: line["policy_year"] for line in budgets}
    awards, loan = stage.script.awards, stage.script.loan
    levels = f"{loan.fund}/{years[loan.fund]}"
    borne = {f"{levels}/{level}/borne": (fen, 0) for level, fen in loan.borne_fen.items()}
    owed = {f"{levels}/{level}/owed": (0, fen) for level, fen in loan.borne_fen.items()}
    return (
        _line(awards, years, spent_fen=awards.first_fen + awards.on_rise_fen)
        | _line(loan, years, spent_fen=loan.paid_fen - loan.returned_fen)
        | borne
        | owed
    )


def _line(budget: Budget, years: dict[str, int], *, spent_fen: int) -> Sides:
    """A budget line of which so much stays spent."""
    code, whole = f"{budget.fund}/{years[budget.fund]}/city", budget.amount_fen
    sides = {
        "authority": (whole, 0),
        "appropriated": (0, 0),
        "allotted": (0, whole - spent_fen),
        "encumbered": (0, 0),
        "spent": (0, spent_fen),
        "treasury": (whole - spent_fen, 0),
        "funding": (0, whole),
        "expense": (spent_fen, 0),
        "payable": (0, 0),
    }
    return {f"{code}/{name}": amounts for name, amounts in sides.items()}
