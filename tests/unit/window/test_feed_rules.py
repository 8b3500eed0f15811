"""What partners may read of a fact."""

import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import contracts
from contracts.base import Event
from gateway.window.feed.rules import (
    ORGANISATION_FIELDS,
    ORGANISATION_LISTS,
    PUBLIC_FIELDS,
    PUBLIC_IDS,
    PUBLIC_TYPES,
    actor_kind,
    concerned,
    day_of,
    facts_kept,
    prefix_of,
    public_facts,
    uuid_of,
)
from gateway.window.feed.wording import UNNAMED, words_of

# Facts that name no organisation and belong to no case: only the staff of the city reads them.
STAFF_ALONE = {
    # of the administration itself
    "action_plan.adopted", "duty.due_day_told", "period.changed", "policy.snapshot_published", "tranche.allotted",
    "redemption.booked", "redemption.reversal_booked", "entitlement.list_published",
    # of everybody in a calendar, a competition or a round: published by the service itself
    "calendar_event.published", "calendar_event.cancelled", "competition.opened", "competition.cancelled",
    "competition.round_sealed", "competition.result_on_notice", "competition.result_published",
    "statistics.round_opened", "evaluation.round_opened", "evaluation.results_published",
    # of persons, whom the register alone names
    "mentor.admitted", "mentor.renewed", "mentor.ended", "mentor.booked", "mentor.session_confirmed",
    "talent.confirmed", "talent.withdrawn",
    # the answer of an import that its operator asks for
    "tenancy.imported",
}  # fmt: skip
OPENAPI = Path(__file__).parents[3] / "openapi"
# Where a service's paths give parameters of one name several prefixes: the beginning of those for a kind of fact.
ROUTES = {
    "angel_claim": "/v1/funds/angel/",
    "angel_investment": "/v1/funds/angel/",
    "angel_recovery": "/v1/funds/angel/",
    "carrier": "/v1/registry/evaluation-rounds/",
    "claim": "/v1/funds/loan-pool/",
    "evaluation": "/v1/registry/evaluation-rounds/",
    "progress_report": "/v1/registry/progress/",
    "recovery": "/v1/funds/loan-pool/",
    "spending_report": "/v1/funds/spending-reports/",
    "statistics": "/v1/registry/statistics/",
    "sub_fund": "/v1/funds/guidance-fund/",
}
ONLY_LISTED = {("sub_fund", "report_id")}  # a sub-fund's reports are read together
PERSONAL = {
    "accepted_by",
    "approved_by",
    "decided_by",
    "form",
    "name",
    "contact_name",
    "body",
    "text",
    "measure",
    "actor",
}


def all_events() -> list[type[Event]]:
    for module in pkgutil.iter_modules(contracts.__path__):
        importlib.import_module(f"contracts.{module.name}")
    return [kind for kind in _below(Event) if hasattr(kind, "TYPE")]


def _below(kind: type[Any]) -> list[type[Any]]:
    return [found for child in kind.__subclasses__() for found in (child, *_below(child))]


def test_people_and_forms_are_never_public() -> None:
    assert PUBLIC_FIELDS.isdisjoint(PERSONAL)
    assert public_facts("case.opened", dict.fromkeys(PERSONAL, "someone")) == {}


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.TYPE)
def test_every_fact_of_the_contracts_has_words(event: type[Event]) -> None:
    assert words_of(event.TYPE) != UNNAMED


def test_every_fact_of_the_contracts_is_told_somebody_or_said_to_be_for_staff_alone() -> None:
    """A fund manager, an angel investor and a county were told nothing: their facts named them by other fields."""
    known = {"case_id", *ORGANISATION_FIELDS, *ORGANISATION_LISTS}
    untold = {event.TYPE for event in all_events() if known.isdisjoint(event.model_fields)}
    assert untold - PUBLIC_TYPES == STAFF_ALONE


def test_an_award_that_waits_does_not_read_like_one_that_was_granted() -> None:
    granted = words_of("entitlement.determined", {"outcome": "eligible"})
    waiting = words_of("entitlement.determined", {"outcome": "refused_open"})
    assert granted == words_of("entitlement.determined")
    assert waiting not in {granted, UNNAMED}
    assert words_of("claim.decided", {"case_outcome": "refused"}) != words_of("claim.decided", {"case_outcome": None})


def test_identifiers_look_as_partners_know_them() -> None:
    told = {"case_id": str(UUID(int=1)), "amount_fen": 5, "loan_id": "broken", "closes_on": None}
    facts = public_facts("claim.paid", told)
    assert facts == {"amount_fen": 5, "case_id": "case_00000000000000000000000001"}


def test_an_identifier_goes_by_the_kind_of_fact_also_where_it_was_kept_by_its_field_alone() -> None:
    one = "00000000000000000000000001"
    told = {"claim_id": str(UUID(int=1)), "outcome": "paid"}
    for kind, claim in (("angel_claim.paid", f"acl_{one}"), ("claim.paid", f"clm_{one}")):
        assert public_facts(kind, told) == {"claim_id": claim, "outcome": "paid"}
        for kept in (claim, f"clm_{one}"):
            assert facts_kept(kind, {"claim_id": kept, "outcome": "paid"}) == {"claim_id": claim, "outcome": "paid"}


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.TYPE)
def test_every_identifier_of_a_fact_is_one_its_services_routes_take(event: type[Event]) -> None:
    document, family = document_of(event), event.TYPE.partition(".")[0]
    for field in PUBLIC_IDS.keys() & event.model_fields.keys():
        prefix = prefix_of(event.TYPE, field)
        taken = [(found, path) for name, found, path in taken_by_routes(document) if name == field]
        ours = {found for found, path in taken if path.startswith(ROUTES.get(family, "no route"))}
        assert f"^{prefix}_[" in text_of(document), field
        if (family, field) not in ONLY_LISTED:
            assert {prefix} == (ours or {found for found, _ in taken} or {prefix}), field


@cache
def text_of(document: str) -> str:
    return (OPENAPI / f"{document}.json").read_text(encoding="utf-8")


def document_of(event: type[Event]) -> str:
    """Contracts are one file or more for each service: the first word of a file's name is the service."""
    owner = event.__module__.removeprefix("contracts.").partition("_")[0]
    return "window" if owner == "policy" else owner


@cache
def taken_by_routes(document: str) -> set[tuple[str, str, str]]:
    """Of every path parameter with a pattern: its name, the prefix of its pattern, and the path."""
    return {
        (parameter["name"], parameter["schema"]["pattern"].removeprefix("^").partition("_[")[0], path)
        for path, operations in json.loads(text_of(document))["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "path" and "pattern" in parameter["schema"]
    }


def test_the_organisations_a_fact_names_each_once() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert concerned({"organisation_id": str(one), "bank_id": str(two), "provider_id": str(one)}) == [one, two]
    assert concerned({"manager_id": str(two), "organisation_ids": [str(one), str(two)]}) == [two, one]


@pytest.mark.parametrize(
    ("actor", "kind"),
    [
        ("person:a@b", "staff"),
        ("prt-1", "partner"),
        ("workload:funds", "system"),
        ("timer", "system"),
        (None, "system"),
    ],
)
def test_who_acted_is_told_by_kind(actor: str | None, kind: str) -> None:
    assert actor_kind(actor) == kind


def test_nonsense_is_no_identifier_and_no_day() -> None:
    assert (uuid_of("x"), uuid_of(None), day_of("x"), day_of(5)) == (None, None, None, None)
