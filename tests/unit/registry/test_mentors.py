"""Terms, conflicts and sides of mentors: pure rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.findings import codes
from services.registry.mentors.pool.rules import renewal_findings, second_person_findings, term_ends_on
from services.registry.mentors.sessions.rules import meeting_findings, side_findings, time_findings
from services.registry.people.rules import paper_findings

NOW = datetime(2026, 9, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "years", "ends"),
    [
        (date(2026, 9, 1), 3, date(2029, 9, 1)),
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 9, 1), None, None),
    ],
)
def test_a_term_is_whole_years(starts: date, years: int | None, ends: date | None) -> None:
    """ZZ-26, LZ-44: the term is the city's; XZ-15 sets none."""
    assert term_ends_on(starts, years) == ends


def test_a_term_is_renewed_within_it_and_not_after_a_failed_year() -> None:
    """ZZ-26."""

    def found(today: date, *, assessed: bool | None = None, starts_on: date = date(2026, 9, 1)) -> list[str]:
        ends_on = date(2029, 9, 1)
        return codes(
            renewal_findings(starts_on=starts_on, ends_on=ends_on, today=today, assessed=assessed, clauses=("ZZ-26",))
        )

    assert found(date(2029, 8, 31), assessed=True) == []
    assert found(date(2029, 9, 1), assessed=False) == ["term_over", "assessment_failed"]
    assert found(date(2026, 8, 31)) == ["renewed_already"]
    endless = renewal_findings(starts_on=NOW.date(), ends_on=None, today=NOW.date(), assessed=None, clauses=())
    assert codes(endless) == ["term_without_end"]


def test_every_conflict_is_named() -> None:
    found = meeting_findings(serves=False, interests=["invests", "sits_on_jury"], clauses=("WH-31",))
    assert codes(found) == ["mentor_not_serving", "mentor_invests_in_mentee", "mentor_judges_mentee"]
    assert meeting_findings(serves=True, interests=[], clauses=()) == []


def test_the_other_side_and_another_person_confirm() -> None:
    assert codes(side_findings(holds_side=False, same_person=True, clauses=())) == [
        "other_side_needed",
        "second_person_needed",
    ]
    assert codes(second_person_findings(applied_by="a", decided_by="a", clauses=())) == ["second_person_needed"]


def test_a_slot_lies_ahead_and_a_session_behind() -> None:
    hour = timedelta(hours=1)
    assert codes(time_findings(starts_at=NOW, ends_at=NOW, now=NOW, ahead=True)) == [
        "ends_before_beginning",
        "slot_in_past",
    ]
    assert time_findings(starts_at=NOW + hour, ends_at=NOW + 2 * hour, now=NOW, ahead=True) == []
    later = time_findings(starts_at=NOW - hour, ends_at=NOW + hour, now=NOW, ahead=False)
    assert codes(later) == ["session_in_future"]
    assert time_findings(starts_at=NOW - hour, ends_at=NOW, now=NOW, ahead=False) == []


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("11010519491231002X", []),
        ("110105194912310021", ["id_number_invalid"]),
        ("330113199001010011", []),  # Linping, a division python-stdnum does not know
        ("810000199001010019", []),  # the permit of a Hong Kong resident
        ("110105199913310021", ["id_number_invalid"]),  # a thirteenth month
        ("110105194912310000", ["id_number_invalid"]),  # what Excel makes of it: fifteen digits kept, noughts after
    ],
)
def test_an_id_that_a_spreadsheet_destroyed_is_refused(number: str, found: list[str]) -> None:
    assert codes(paper_findings(is_resident_id=True, number=number)) == found
