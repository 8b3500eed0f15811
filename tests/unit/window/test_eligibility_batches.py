"""Questions in a batch: each answered in its place, or told what is wrong with it."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any, get_args, get_type_hints

import pytest

from gateway.window.eligibility.batches import AT_A_TIME, Answer, answer, answers
from kernel.messages import SENTENCES
from policy.engine import decide
from policy.rules.matter import Fact
from policy.snapshots import Acceptance
from tests.policy.cases import default_settings, snapshot_with

AT = Acceptance(date(2026, 9, 1), datetime(2026, 9, 1, 2, tzinfo=UTC))
XUZHOU = snapshot_with("xuzhou", default_settings("xuzhou"))
FACTS = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}
GOOD = {"programme": "award.recognition", "act": "award", "facts": FACTS}


def faults(question: Any, snapshot: Any = XUZHOU) -> list[tuple[str, str]]:
    found = answer(snapshot, question, at=AT, language="en")
    assert found.ruling is None
    return [(fault.pointer, fault.code) for fault in found.errors]


def test_an_answer_is_what_the_rule_says() -> None:
    found = answer(XUZHOU, GOOD, at=AT, language="en")
    ruling = decide(XUZHOU, programme="award.recognition", act="award", facts=FACTS, accepted=AT)
    assert found == Answer(ruling)
    assert ruling.amounts == {"award": 30_000_000}


def test_a_fact_given_as_null_is_missing() -> None:
    found = answer(XUZHOU, GOOD | {"facts": FACTS | {"level": None}}, at=AT, language="en")
    assert found.ruling is not None
    assert found.ruling.outcome == "undetermined"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (None, [("", "model_type")]),
        ([], [("", "model_type")]),
        ("award", [("", "model_type")]),
        ({}, [("/programme", "missing"), ("/act", "missing"), ("/facts", "missing")]),
        (GOOD | {"note": 1}, [("/note", "extra_forbidden")]),
        (GOOD | {"programme": "no.such"}, [("/programme", "programme_unknown")]),
        (GOOD | {"act": "pay"}, [("/act", "act_unknown")]),
        ({"programme": "fund.angel", "act": "appropriate", "facts": {}}, [("/act", "act_unknown")]),
        (GOOD | {"facts": []}, [("/facts", "dict_type")]),
        (GOOD | {"facts": {"level": 3, "a/b": 1}}, [("/facts/level", "fact_code"), ("/facts/a~1b", "fact_unknown")]),
        (GOOD | {"facts": FACTS | {"earlier_awards": [{"level": "x"}]}}, [("/facts/earlier_awards", "fact_awards")]),
    ],
)
def test_each_fault_of_a_question_is_named_where_it_is(question: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(question) == expected


def test_a_day_nobody_can_reckon_from_is_a_fault_and_no_failure() -> None:
    wuhan = snapshot_with(
        "wuhan",
        {"voucher.face_value": 1, "voucher.holder_yearly_quota": 2, "voucher.share": 1, "voucher.validity_months": 12},
    )
    question = {
        "programme": "voucher.innovation", "act": "issue",
        "facts": {"issued_on": "9999-12-31", "issued_this_year_fen": 0},
    }  # fmt: skip
    assert faults(question, wuhan) == [("/facts", "value_error")]


def test_answers_come_in_the_order_of_the_questions_and_others_are_served_between() -> None:
    async def run() -> tuple[list[Answer], int]:
        turns = 0

        async def somebody_else() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(somebody_else())
        questions = [GOOD, None, GOOD | {"act": "pay"}] * AT_A_TIME
        found = await answers(XUZHOU, questions, lambda found: found, at=AT, language="zh")
        other.cancel()
        return found, turns

    found, turns = asyncio.run(run())
    assert [bool(one.ruling) for one in found] == [True, False, False] * AT_A_TIME
    assert turns >= 2


def test_every_type_of_a_fact_has_its_own_sentence() -> None:
    types = get_args(get_type_hints(Fact)["type"])
    assert {f"fact_{kind}" for kind in types} <= SENTENCES.keys()
