from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.determinations import Determination, Question, determine, determine_batch, replay
from policy.engine import ENGINE_VERSION, GROUNDS_KEPT, ProgrammeUnknown, decide
from policy.snapshots import Acceptance, Setting, Snapshot
from tests.policy.cases import ACCEPTED, all_cases, default_settings, snapshot_with

ID = UUID("0198c0de-0000-7000-8000-000000000001")
FACTS = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}


def a_snapshot(**changes: Any) -> Snapshot:
    return snapshot_with("xuzhou", {**default_settings("xuzhou"), **changes})


def a_determination(snapshot: Snapshot, facts: dict[str, Any] | None = None) -> Determination:
    return determine(
        snapshot, id=ID, programme="award.recognition", act="award", facts=FACTS if facts is None else facts,
        accepted=ACCEPTED, references={"carrier": "car_x"},
    )  # fmt: skip


def test_it_says_by_which_policy_it_was_made() -> None:
    snapshot = a_snapshot()
    document = a_determination(snapshot).document
    assert document["snapshot"] == {"version": 2, "hash": snapshot.hash}
    assert document["references"] == {"carrier": "car_x"}
    amounts = [step for step in document["trace"] if step["name"] == "award.recognition.municipal"]
    assert amounts == [
        {
            "step": "parameter", "name": "award.recognition.municipal", "value": 30_000_000, "clauses": ["XZ-23"],
            "version": 1, "source": "text", "effective_on": "2016-02-18",
        }
    ]  # fmt: skip


def test_the_same_question_has_the_same_hash_whatever_the_order_of_its_facts() -> None:
    snapshot = a_snapshot()
    turned = a_determination(snapshot, dict(reversed(FACTS.items())))
    assert turned.inputs_sha256 == a_determination(snapshot).inputs_sha256
    assert turned.body == a_determination(snapshot).body


def test_the_instant_of_acceptance_is_the_same_in_any_zone() -> None:
    shanghai = datetime.fromisoformat("2026-09-01T10:00:00+08:00")
    elsewhere = replace(a_determination(a_snapshot()), accepted=Acceptance(ACCEPTED.on, shanghai))
    assert elsewhere.body == a_determination(a_snapshot()).body


def test_stored_bytes_read_back_are_the_determination() -> None:
    record = a_determination(a_snapshot(), {**FACTS, "designation": "filed"})
    again = Determination.from_body(record.body)
    assert again.body == record.body
    assert again.findings == record.findings
    assert again.ruling.trace == record.ruling.trace


def test_a_replay_under_another_policy_names_the_difference() -> None:
    rise = {**FACTS, "level": "provincial", "earlier_awards": [{"level": "municipal", "amount_fen": 30_000_000}]}
    record = a_determination(a_snapshot(), rise)
    other = a_snapshot(**{"award.recognition.upgrade_treatment": "full"})
    differences = {found.path: (found.recorded, found.replayed) for found in replay(record, other)}
    assert differences["$.amounts.award"] == (10_000_000, 40_000_000)
    assert "$.snapshot.hash" in differences


def test_what_an_earlier_engine_decided_is_replayed_in_its_own_words() -> None:
    """An upgrade leaves no decision that cannot be had again: promise 7."""
    snapshot = snapshot_with("zhuzhou", default_settings("zhuzhou"))

    def ruled(engine: str) -> Determination:
        return determine(
            snapshot, id=ID, programme="registration.licence_first", act="check", facts={"asked_permit_first": True},
            accepted=ACCEPTED, engine=engine,
        )  # fmt: skip

    record = Determination.from_body(ruled("2").body)
    assert record.engine_version == "2"
    assert [found.zh for found in record.findings] == ["未达到条件:办照前不要求先取得许可(现为 True,要求 = False)。"]
    assert replay(record, snapshot) == []
    assert [found.zh for found in ruled(ENGINE_VERSION).findings] == [
        "未达到条件:办照前不要求先取得许可(现为 是,要求 否)。"
    ]


def test_a_replay_by_another_engine_names_the_engine() -> None:
    record = replace(a_determination(a_snapshot()), engine_version="1")
    assert [found.path for found in replay(record, a_snapshot())] == ["$.engine_version"]


def test_a_batch_gives_the_same_bytes_as_each_question_alone() -> None:
    values = default_settings("xuzhou")
    cases = [case for case in all_cases() if case.pack == "xuzhou" and case.settings == values]
    asked = [Question(ID, case.programme, case.act, case.facts, ACCEPTED, {"case": case.name}) for case in cases]
    assert len(asked) > 20
    together = [found.body for found in determine_batch(snapshot_with("xuzhou", values), [*asked, *reversed(asked)])]
    alone = [
        determine(
            snapshot_with("xuzhou", values), id=ID, programme=case.programme, act=case.act, facts=case.facts,
            accepted=ACCEPTED, references={"case": case.name},
        ).body
        for case in cases
    ]  # fmt: skip
    assert together == [*alone, *reversed(alone)]


def test_a_batch_of_many_days_keeps_no_more_than_it_must() -> None:
    snapshot, start = a_snapshot(), datetime(2026, 9, 1, tzinfo=UTC)
    days = [start + timedelta(days=number) for number in range(2 * GROUNDS_KEPT)]
    asked = [Question(ID, "award.recognition", "award", FACTS, Acceptance(day.date(), day)) for day in days]
    assert {found.amounts["award"] for found in determine_batch(snapshot, asked)} == {30_000_000}
    assert 1 < len(snapshot.kept) <= GROUNDS_KEPT


def test_what_is_kept_of_one_moment_never_answers_for_another() -> None:
    """Settings that follow each other within a day, and one for a later day: asked in any order, as if asked alone."""
    first, second = datetime(2026, 9, 2, 3, tzinfo=UTC), datetime(2026, 9, 2, 5, tzinfo=UTC)
    key = "award.recognition.upgrade_treatment"
    common = {"parameter": key, "reason": "r", "set_by": "a", "approved_by": "b"}
    settings = (
        Setting(value="full", effective_on=date(2026, 9, 2), recorded_at=first, **common),
        Setting(value="higher_only", effective_on=date(2026, 9, 2), recorded_at=second, **common),
        Setting(value="difference", effective_on=date(2026, 9, 4), recorded_at=second, **common),
    )
    base = snapshot_with("xuzhou", {name: v for name, v in default_settings("xuzhou").items() if name != key})
    snapshot = base.with_settings(settings)
    rise = {**FACTS, "level": "provincial", "earlier_awards": [{"level": "municipal", "amount_fen": 30_000_000}]}
    minute = timedelta(minutes=1)
    moments = {
        Acceptance(date(2026, 9, 2), first - minute): "refused_open",
        Acceptance(date(2026, 9, 2), first): 40_000_000,
        Acceptance(date(2026, 9, 2), second - minute): 40_000_000,
        Acceptance(date(2026, 9, 2), second): "not_eligible",
        Acceptance(date(2026, 9, 3), second + minute): "not_eligible",
        Acceptance(date(2026, 9, 4), second + minute): 10_000_000,
        Acceptance(date(2026, 9, 1), second + minute): "refused_open",
    }
    for order in (list(moments), list(reversed(moments))):
        asked = [Question(ID, "award.recognition", "award", rise, accepted) for accepted in order]
        found = [one.amounts.get("award", one.outcome) for one in determine_batch(snapshot, asked)]
        assert found == [moments[accepted] for accepted in order]


def test_a_batch_tells_the_unknown_programme_at_its_place() -> None:
    asked = [Question(ID, name, "award", FACTS, ACCEPTED) for name in ("award.recognition", "no.such")]
    found = determine_batch(a_snapshot(), asked)
    assert next(found).outcome == "eligible"
    with pytest.raises(ProgrammeUnknown):
        next(found)


@pytest.mark.parametrize(
    "facts",
    [
        {"applicant_name": "张三"},
        {"level": 3},
        {"earlier_awards": [{"level": "municipal"}]},
        {"earlier_awards": [{"level": "municipal", "amount_fen": -1}]},
        {"earlier_awards": [{"level": "municipal", "amount_fen": 1.0}]},
        {"earlier_awards": [{"level": "galactic", "amount_fen": 1}]},
    ],
)
def test_a_fact_the_rule_does_not_know_or_cannot_read_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fact"):
        a_determination(a_snapshot(), {**FACTS, **facts})


@pytest.mark.parametrize(("programme", "act"), [("no.such", "award"), ("award.recognition", "pay_claim")])
def test_an_unknown_programme_or_act_is_told(programme: str, act: str) -> None:
    with pytest.raises(ProgrammeUnknown):
        decide(a_snapshot(), programme=programme, act=act, facts={}, accepted=ACCEPTED)


@pytest.mark.parametrize("text", ["2026-9-1", "20260901", "2026-09-31", "2026-09-01T00:00:00"])
def test_a_date_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="not of type date"):
        decide(
            a_snapshot(), programme="recognition.upper", act="recognise", facts={"upper_decision_on": text},
            accepted=ACCEPTED,
        )  # fmt: skip


@given(
    principal=st.integers(1, 10**12), recovered=st.integers(0, 10**12), city=st.integers(0, 10_000),
    province=st.integers(0, 10_000),
)  # fmt: skip
def test_the_layers_always_make_the_base_and_never_pass_the_cap(
    principal: int, recovered: int, city: int, province: int
) -> None:
    province = min(province, 10_000 - city)
    shares = {"city": city, "province": province, "bank": 10_000 - city - province}
    snapshot = a_snapshot(**{f"loan_pool.share.{layer}": share for layer, share in shares.items()})
    facts = {
        "registered_principal_fen": principal, "outstanding_principal_fen": principal, "recovered_fen": recovered,
        "registered_on": "2026-01-05", "due_on": "2026-06-30", "lodged_on": "2026-09-01",
        "documents": ["claim_application", "loan_contract", "disbursement_voucher"],
    }  # fmt: skip
    ruling = decide(snapshot, programme="loan_pool.transformation", act="pay_claim", facts=facts, accepted=ACCEPTED)
    if recovered >= principal:
        assert [finding.code for finding in ruling.findings] == ["nothing_to_compensate"]
        return
    paid = ruling.amounts
    assert paid["city"] + paid["province"] + paid["bank"] == paid["base"] <= 300_000_000
    assert paid["base"] + paid["uncovered"] == principal - recovered
    back = decide(
        snapshot, programme="loan_pool.transformation", act="share_recovery", accepted=ACCEPTED,
        facts={"recovered_fen": paid["base"], "costs_fen": 0, "split_bp": ruling.terms["split_bp"],
               "paid_fen": paid["payable"], "returned_fen": 0},
    ).amounts  # fmt: skip
    assert (back["city"], back["province"], back["bank"]) == (paid["city"], paid["province"], paid["bank"])


def test_a_case_accepted_before_a_value_was_known_is_still_refused() -> None:
    late = snapshot_with("xuzhou", default_settings("xuzhou"), recorded_at=datetime(2026, 9, 2, tzinfo=UTC))
    ruling = decide(late, programme="award.recognition", act="award", facts=FACTS, accepted=ACCEPTED)
    assert ruling.outcome == "refused_open"
    after = Acceptance(date(2026, 9, 2), datetime(2026, 9, 2, 1, tzinfo=UTC))
    assert decide(late, programme="award.recognition", act="award", facts=FACTS, accepted=after).outcome == "eligible"
