import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from policy.canonical import canonical
from policy.loader import load_pack
from policy.proposals import Proposal, proposal_findings
from policy.quotes import quoted
from policy.snapshots import Acceptance, Setting, Snapshot, first_snapshot, open_findings
from policy.terms import RecognitionTerms

PERIOD = "fund.award_subsidy.period"
AMOUNT = "fund.award_subsidy.amount"
SHARES = ("loan_pool.share.city", "loan_pool.share.province", "loan_pool.share.bank")


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def at(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 1, tzinfo=UTC)


def accepted(month: int, number: int) -> Acceptance:
    return Acceptance(day(month, number), at(month, number))


def a_setting(value: Any = "annual", **changes: Any) -> Setting:
    given_values = {
        "parameter": PERIOD, "value": value, "effective_on": day(3, 1), "recorded_at": at(2, 1), "reason": "r",
        "set_by": "a", "approved_by": "b", **changes,
    }  # fmt: skip
    return Setting(**given_values)


def a_snapshot(*settings: Setting) -> Snapshot:
    return first_snapshot("320300", load_pack("xuzhou")).with_settings(settings)


def value_of(snapshot: Snapshot, when: Acceptance, parameter: str = PERIOD) -> Any:
    resolved = snapshot.value(parameter, accepted=when)
    return resolved.value if resolved else None


@pytest.mark.parametrize(
    "changes", [{"approved_by": "a"}, {"recorded_at": at(2, 1).replace(tzinfo=None)}, {"value": 1.5}]
)
def test_a_setting_needs_two_persons_an_exact_instant_and_an_exact_value(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_setting(**changes)


def test_an_open_parameter_has_no_value() -> None:
    assert value_of(a_snapshot(), accepted(6, 1)) is None


def test_a_stated_value_holds_from_its_first_day() -> None:
    resolved = a_snapshot().value(AMOUNT, accepted=Acceptance(date(2016, 2, 18), datetime(2016, 2, 18, tzinfo=UTC)))
    assert resolved is not None
    assert (resolved.value, resolved.version, resolved.source) == (2_000_000_000, 1, "text")
    before = Acceptance(date(2016, 2, 17), datetime(2016, 2, 17, tzinfo=UTC))
    assert value_of(a_snapshot(), before, AMOUNT) is None


def test_a_set_value_counts_from_its_first_day() -> None:
    snapshot = a_snapshot(a_setting())
    assert value_of(snapshot, accepted(2, 28)) is None
    assert value_of(snapshot, accepted(3, 1)) == "annual"


def test_a_value_set_after_acceptance_does_not_count() -> None:
    late = a_setting(effective_on=day(3, 1), recorded_at=at(7, 1))
    assert value_of(a_snapshot(late), accepted(6, 1)) is None


def test_unless_it_was_set_for_pending_cases() -> None:
    late = a_setting(effective_on=day(7, 1), recorded_at=at(7, 1), applies_to_pending=True)
    assert value_of(a_snapshot(late), accepted(6, 1)) == "annual"


def test_the_latest_value_that_counts_wins() -> None:
    snapshot = a_snapshot(
        a_setting("one_off", effective_on=day(5, 1), recorded_at=at(4, 1)),
        a_setting("annual", effective_on=day(3, 1), recorded_at=at(2, 1)),
    )
    assert value_of(snapshot, accepted(4, 30)) == "annual"
    assert value_of(snapshot, accepted(5, 1)) == "one_off"


def test_a_value_scheduled_earlier_is_not_undone_by_one_recorded_later_for_before_it() -> None:
    snapshot = a_snapshot(
        a_setting("one_off", effective_on=day(5, 1), recorded_at=at(2, 1)),
        a_setting("annual", effective_on=day(3, 1), recorded_at=at(2, 2)),
    )
    assert value_of(snapshot, accepted(4, 1)) == "annual"
    assert value_of(snapshot, accepted(5, 1)) == "one_off"


def test_a_doubtful_figure_counts_only_once_it_is_set() -> None:
    pack = load_pack("xuzhou")
    printed = pack.parameters[AMOUNT].model_copy(update={"status": "doubtful", "owner_role": "finance_bureau"})
    doubtful = pack.model_copy(update={"parameters": {**pack.parameters, AMOUNT: printed}})
    snapshot = first_snapshot("320300", doubtful)
    assert value_of(snapshot, accepted(6, 1), AMOUNT) is None
    confirmed = snapshot.with_settings([a_setting(2_000_000_000, parameter=AMOUNT)])
    assert value_of(confirmed, accepted(6, 1), AMOUNT) == 2_000_000_000


def test_of_two_with_the_same_first_day_the_later_recorded_wins() -> None:
    snapshot = a_snapshot(a_setting("annual", recorded_at=at(2, 1)), a_setting("one_off", recorded_at=at(2, 2)))
    resolved = snapshot.value(PERIOD, accepted=accepted(3, 1))
    assert resolved is not None
    assert (resolved.value, resolved.version, resolved.source) == ("one_off", 2, "operator")


def test_a_later_setting_never_changes_an_earlier_case() -> None:
    before = a_snapshot(a_setting("annual"))
    after = before.with_settings([a_setting("one_off", effective_on=day(9, 1), recorded_at=at(8, 1))])
    assert value_of(after, accepted(8, 31)) == value_of(before, accepted(8, 31)) == "annual"


def test_an_open_reason_quotes_the_clause_that_leaves_it_open() -> None:
    (finding,) = open_findings(a_snapshot(), [PERIOD, AMOUNT, PERIOD], accepted=accepted(6, 1))
    assert finding.clauses == ("XZ-21",)
    assert finding.facts["clause"]["quote"] == "设立2000万元的市众创空间奖补资金"
    assert finding.facts["owner_role"] == "finance_bureau"
    assert "XZ-21" in finding.en


def test_a_body_read_back_is_the_same_snapshot() -> None:
    snapshot = a_snapshot(a_setting(), a_setting(("payee_account",), parameter="award.recognition.documents"))
    again = Snapshot.from_body(snapshot.body)
    assert again == snapshot
    assert again.hash == snapshot.hash
    assert canonical(again.body) == canonical(snapshot.body)


def test_each_version_has_its_own_hash_and_keeps_what_was_set() -> None:
    first = first_snapshot("320300", load_pack("xuzhou"))
    second = first.with_settings([a_setting()])
    assert (first.version, second.version) == (1, 2)
    assert len({first.hash, second.hash, second.with_settings([]).hash}) == 3
    assert first.settings == ()


def proposed(parameter: str, value: Any, **changes: Any) -> Proposal:
    return Proposal(**{"parameter": parameter, "value": value, "effective_on": day(6, 1), **changes})


def codes(*proposals: Proposal, settings: tuple[Setting, ...] = ()) -> list[str]:
    return [found.code for found in proposal_findings(a_snapshot(*settings), proposals, now=accepted(6, 1))]


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        (proposed("no.such", 1), "parameter_unknown"),
        (proposed(AMOUNT, 1), "parameter_stated"),
        (proposed(PERIOD, "monthly"), "value_misfit"),
        (proposed(PERIOD, 12), "value_misfit"),
        (proposed("loan_pool.share.city", 10_001), "value_misfit"),
        (proposed("loan_pool.overdue_days", True), "value_misfit"),
        (proposed("loan_pool.principal_only", 1), "value_misfit"),
        (proposed("loan_pool.review_working_days", 0), "value_misfit"),
        (proposed("loan_pool.review_working_days", 2_000_000_000), "value_misfit"),
        (proposed("loan_pool.overdue_days", 2_000_000_000), "value_misfit"),
        (proposed("loan_pool.claim_documents", ("loan_contract", "passport")), "value_misfit"),
        (proposed("loan_pool.claim_documents", ("loan_contract", "loan_contract")), "value_misfit"),
        (proposed(PERIOD, "annual", effective_on=day(5, 31)), "value_backdated"),
        (proposed(PERIOD, "annual", effective_on=day(6, 2), applies_to_pending=True), "pending_before_validity"),
    ],
)
def test_a_value_that_may_not_be_set(proposal: Proposal, code: str) -> None:
    assert codes(proposal) == [code]


def test_a_value_for_pending_cases_begins_today_and_any_other_whenever() -> None:
    assert codes(proposed(PERIOD, "annual", applies_to_pending=True)) == []
    assert codes(proposed(PERIOD, "annual", effective_on=day(6, 2))) == []


def test_shares_are_set_together() -> None:
    whole = [proposed(key, value) for key, value in zip(SHARES, (3000, 4000, 3000), strict=True)]
    assert codes(*whole) == []
    assert codes(*whole[:2]) == []  # a share is still open: nothing is paid yet
    assert codes(*whole[:2], proposed(SHARES[2], 2999)) == ["parameters_inconsistent"]
    assert codes(proposed(SHARES[0], 6000), proposed(SHARES[1], 4001)) == ["parameters_inconsistent"]


def test_a_share_cannot_be_changed_alone() -> None:
    held = tuple(a_setting(value, parameter=key) for key, value in zip(SHARES, (3000, 4000, 3000), strict=True))
    assert codes(proposed(SHARES[0], 3500), settings=held) == ["parameters_inconsistent"]
    assert codes(proposed(SHARES[0], 3500), proposed(SHARES[2], 2500), settings=held) == []


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_canonical_json_does_not_depend_on_order(value: Any) -> None:
    def turned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return [turned(item) for item in node] if isinstance(node, list) else node

    assert canonical(turned(value)) == canonical(value)


@pytest.mark.parametrize("value", [1.0, {"a": [1.5]}, float("nan"), {1: "a"}, {"a": {2}}, {"on": day(1, 1)}])
def test_canonical_json_refuses_what_is_not_exact(value: Any) -> None:
    with pytest.raises(TypeError, match="no exact JSON form"):
        canonical(value)


def test_it_says_where() -> None:
    with pytest.raises(TypeError, match=r"\$\.a\[1\]\.b "):
        canonical({"a": [1, {"b": 0.5}]})


def test_quotation_marks_inside_a_quote_become_the_inner_ones() -> None:
    assert quoted("按照“一事一议”原则") == "“按照‘一事一议’原则”"
    assert quoted("补助50万元") == "“补助50万元”"


def test_terms_a_pack_does_not_name_are_not_written_so_old_hashes_stay_true() -> None:
    """A pack published before there were `way`, `valid_months` and `cure_working_days` reads and hashes as it did."""
    pack = load_pack("xuzhou")
    upper = pack.model_dump(mode="json")["programmes"]["recognition.upper"]["terms"]
    key = pack.model_dump(mode="json")["programmes"]["recognition.key_makerspace"]["terms"]
    later = {"way", "valid_months", "cure_working_days"}
    assert (later & upper.keys(), later & key.keys()) == (set(), {"way", "cure_working_days"})
    before = {name: value for name, value in key.items() if name not in later}
    assert RecognitionTerms.model_validate_json(json.dumps(before)).model_dump(mode="json") == before
