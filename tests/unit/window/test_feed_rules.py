"""What partners may read of a fact."""

import importlib
import pkgutil
from typing import Any
from uuid import UUID

import pytest

import contracts
from contracts.base import Event
from gateway.window.feed.rules import (
    ORGANISATION_FIELDS,
    ORGANISATION_LISTS,
    PUBLIC_FIELDS,
    PUBLIC_TYPES,
    actor_kind,
    concerned,
    day_of,
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
    assert public_facts(dict.fromkeys(PERSONAL, "someone")) == {}


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
    facts = public_facts({"case_id": str(UUID(int=1)), "amount_fen": 5, "loan_id": "broken", "closes_on": None})
    assert facts == {"amount_fen": 5, "case_id": "case_00000000000000000000000001"}


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
