from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from kernel.problems import Problem
from ledger.batch import Batch, Posted, answers, batch, waves
from ledger.bodies import body_hash
from ledger.entries import Announcement, Capture, Command, Entry, Leg, credit, debit
from ledger.refusals import BY_OUTCOME, Insufficient, refusal, together

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)
ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def legs() -> list[Leg]:
    return [debit("a", 5), credit("b", 5)]


def command(key: str, **facts: object) -> Command:
    return Command(Entry("moved", DAY, legs(), **facts), key, "officer:1")


def test_commands_that_conflict_go_one_after_the_other_in_their_order() -> None:
    commands = [
        command("a"),
        command("b", capture=Capture(ONE, 5)),
        command("a"),
        command("c", capture=Capture(ONE, 5)),
        command("d", reverses=TWO, reason="wrong"),
        command("c", reverses=TWO, reason="wrong"),
        command("e"),
    ]
    assert waves(commands) == [[0, 1, 4, 6], [2, 3], [5]]
    assert waves([]) == []


def test_days_of_two_months_never_share_a_batch() -> None:
    november, december = command("a"), Command(Entry("moved", date(2026, 12, 1), legs()), "b", "officer:1")
    assert waves([november, command("c"), december, command("d")]) == [[0, 1], [2], [3]]


def test_a_batch_is_one_string_per_column() -> None:
    told = Announcement("moved", "object", '{"n":1}')
    commands = [
        Command(Entry("moved", DAY, [debit("a", 5), credit("b", 5)], reference=THREE), "k1", "officer:1", entry_id=ONE),
        Command(
            Entry("paid", DAY, [debit("a", 2), debit("b", 3), credit("c", 5)], approvals=[ONE, TWO], reason="因"),
            "k2", "officer:2", told, "request", TWO,
        ),
    ]  # fmt: skip
    sent = batch("320300", "funds", NOW, commands)
    assert sent.parameters == (
        "320300", "funds", NOW,
        f"{{{1:032x},{2:032x}}}", "k1\x1fk2", "moved\x1fpaid", f"{{{3:032x},NULL}}", "{2026-11-20}",
        "officer:1\x1fofficer:2",
        None, None, f"\x1f{{{1:032x},{2:032x}}}", "\x1f因", None,
        None, None, None,
        "a\x1fb\x1fc", "{1,1,2,2,2}", "{2,5}", "{1,2,1,2,3}", "{5,-5,2,3,-5}",
        "\x1fmoved", "\x1fobject", '\x1f{"n":1}', "\x1frequest",
        body_hash(commands[0]) + body_hash(commands[1]),
        "{5,-5,-5}", "{7,-2,-5}", "{5,-5,7,-2,-5}", "{1,1,2,2,1}",
    )  # fmt: skip


def test_days_that_differ_are_all_sent() -> None:
    other = Command(Entry("moved", date(2026, 11, 3), legs()), "c", "officer:1")
    sent = batch("320300", "funds", NOW, [command("a"), command("b"), other])
    assert sent.parameters[7] == "{2026-11-20,2026-11-20,2026-11-03}"


def test_a_command_says_what_the_journal_hashes() -> None:
    said = Command(
        Entry(
            "moved", DAY, [debit("a", 5), credit("b", 5)], reference=ONE, case_id=TWO, approvals=[ONE, THREE],
            reason="因", reverses=TWO, capture=Capture(THREE, 4),
        ),
        "key", "officer:1",
    )  # fmt: skip
    text = f"moved\n{ONE}\n2026-11-20\nofficer:1\n\n{TWO}\n{ONE},{THREE}\n因\n{TWO}\n{THREE}\n4\na 5,b -5"
    assert body_hash(said) == sha256(text.encode()).digest()


def test_text_that_would_shift_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="control characters"):
        batch("320300", "funds", NOW, [command("a\x1fb"), command("c")])


def test_a_plain_answer_counts_on_from_the_first_number() -> None:
    row = {"plain": True, "first_number": 41, "period": "2026-11", "recorded_at": NOW}
    assert answers(Batch("320300", "funds", [ONE, TWO], ()), row) == [
        Posted(ONE, "320300", "funds", "2026-11", 41, NOW),
        Posted(TWO, "320300", "funds", "2026-11", 42, NOW),
    ]


def test_a_mixed_answer_has_an_outcome_for_each() -> None:
    row = {
        "plain": False,
        "outcomes": ["posted", "duplicate", "insufficient"],
        "entry_ids": [ONE, THREE, TWO],
        "books": [None, "other", None],
        "periods": ["2026-11", "2026-10", None],
        "numbers": [41, 7, None],
        "recorded": [NOW, NOW, None],
        "accounts": [None, None, "pool"],
        "available": [None, None, 12],
    }
    posted, duplicate, refused = answers(Batch("320300", "funds", [ONE, TWO, TWO], ()), row)
    assert posted == Posted(ONE, "320300", "funds", "2026-11", 41, NOW)
    assert duplicate == Posted(THREE, "320300", "other", "2026-10", 7, NOW, duplicate=True)
    assert isinstance(refused, Insufficient)
    assert refused.reasons[0].facts == {"account": "pool", "available_fen": 12}


def test_a_document_number_is_what_people_quote() -> None:
    assert Posted(ONE, "320300", "funds", "2026-11", 42, NOW).document == "funds-2026-11-000042"


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_every_outcome_is_a_problem_in_both_languages(outcome: str) -> None:
    problem = refusal(outcome, account="pool")
    document = problem.document("zh")
    assert document["title"] != problem.document("en")["title"]
    assert [(reason["code"], reason["facts"]) for reason in document["reasons"]] == [
        (problem.code, {"account": "pool"})
    ]
    assert not problem.retryable


def test_refused_together_they_keep_all_reasons() -> None:
    refused: list[Problem] = [refusal("insufficient", account="a"), refusal("hold_expired")]
    assert [reason.code for reason in together(refused).reasons] == ["insufficient_available", "hold_expired"]
    assert together(refused[:1]) is refused[0]
