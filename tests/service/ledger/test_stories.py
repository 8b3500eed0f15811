"""Stories told in entries; each asserts the whole trial balance."""

from datetime import date, timedelta

import pytest

from kernel import clock
from kernel.ids import new_id
from ledger.entries import Capture, Entry, Hold, credit, debit, reversal
from ledger.holding import expire_due_holds, place_hold, void_hold
from ledger.posting import post_all
from ledger.reading import balances, held_total, journal, statement, trial_balance
from ledger.refusals import (
    AlreadyReversed,
    HoldEnded,
    HoldExceeded,
    HoldExpired,
    HoldMismatch,
    Insufficient,
    PostingRefused,
    ReversalOfReversal,
)
from tests.service.ledger.conftest import TODAY, City, command, transfer

pytestmark = pytest.mark.anyio


async def test_a_budget_is_appropriated_allotted_encumbered_and_spent(city: City) -> None:
    await city.post(transfer("treasury", "appropriated", 2_000_000_000), key="budget")
    await city.post(transfer("appropriated", "allotted", 2_000_000_000), key="allotment")
    await city.post(transfer("allotted", "encumbered", 30_000_000), key="encumbrance")
    paid = await city.post(transfer("encumbered", "spent", 30_000_000), key="payment")

    assert paid.document == "funds-2026-11-000004"
    assert await city.balances() == {
        "treasury": 2_000_000_000,
        "appropriated": 0,
        "allotted": 1_970_000_000,
        "encumbered": 0,
        "spent": 30_000_000,
    }


async def test_nothing_is_spent_that_is_not_there_and_the_refusal_says_what_is(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    with pytest.raises(Insufficient) as refused:
        await city.post(transfer("allotted", "spent", 101), key="too much")
    assert refused.value.reasons[0].facts == {"account": "allotted", "available_fen": 100}
    await city.post(transfer("allotted", "spent", 100), key="all of it")
    assert await city.balances() == {"treasury": 100, "allotted": 0, "spent": 100}


async def test_all_or_nothing_names_every_refused_entry(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    commands = [
        command(transfer("allotted", "spent", 60), "a"),
        command(transfer("allotted", "spent", 60), "b"),
        command(transfer("allotted", "nowhere", 1), "c"),
    ]
    with pytest.raises(PostingRefused) as refused:
        async with city.session() as session:
            await post_all(session, commands, city_code=city.code, book="funds")
    assert [(reason.code, dict(reason.facts)) for reason in refused.value.reasons] == [
        ("insufficient_available", {"account": "allotted", "available_fen": 40}),
        ("unknown_account", {"account": "nowhere"}),
    ]
    assert await city.balances() == {"treasury": 100, "allotted": 100}


async def test_a_hold_lowers_what_is_available_and_is_captured_in_parts(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 70, key="hold")
    with pytest.raises(Insufficient):
        await city.post(transfer("allotted", "spent", 31), key="past the hold")

    await city.post(capture(hold_id, 50), key="first part")
    with pytest.raises(HoldExceeded):
        await city.post(capture(hold_id, 21), key="more than is left")
    await city.post(capture(hold_id, 5, release_rest=True), key="last part")
    with pytest.raises(HoldEnded):
        await city.post(capture(hold_id, 1), key="after the end")

    assert await city.balances() == {"treasury": 100, "allotted": 45, "spent": 55}
    assert (await available(city), await held(city)) == (45, 0)


async def test_an_entry_captures_only_what_it_takes_from_the_held_account(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 70, key="hold")
    elsewhere = Entry("paid", TODAY, [debit("spent", 70), credit("treasury", 70)], capture=Capture(hold_id, 70))
    with pytest.raises(HoldMismatch):
        await city.post(elsewhere, key="elsewhere")
    assert await held(city) == 70


async def test_an_expired_hold_cannot_be_captured_though_no_sweep_has_passed(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 70, key="hold")
    later = clock.now(city.code) + timedelta(days=40)
    late = [command(capture(hold_id, 70), "late")]
    async with city.session() as session:
        with pytest.raises(HoldExpired):
            await post_all(session, late, city_code=city.code, book="funds", now=later)
    async with city.session() as session:
        assert await held_total(session, "allotted", city_code=city.code, now=later) == 0

    # and what it held is free again for whoever comes first
    async with city.session() as session:
        spend = [command(transfer("allotted", "spent", 100), "spend")]
        await post_all(session, spend, city_code=city.code, book="funds", now=later)
    assert await city.balances() == {"treasury": 100, "allotted": 0, "spent": 100}


async def test_the_sweep_ends_due_holds_once(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 70, key="hold")
    later = clock.now(city.code) + timedelta(days=40)
    async with city.session() as session:
        assert await expire_due_holds(session, city_code=city.code) == 0
        assert await expire_due_holds(session, city_code=city.code, now=later) == 1
        assert await expire_due_holds(session, city_code=city.code, now=later) == 0
    with pytest.raises(HoldExpired):
        async with city.session() as session:
            await void_hold(session, hold_id, city_code=city.code, reason="too late")
    assert await held(city) == 0


async def test_a_voided_hold_stays_voided(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 70, key="hold")
    async with city.session() as session:
        await void_hold(session, hold_id, city_code=city.code, reason="withdrawn")
        await void_hold(session, hold_id, city_code=city.code, reason="withdrawn")
    with pytest.raises(HoldEnded):
        await city.post(capture(hold_id, 1), key="after the end")
    assert (await available(city), await held(city)) == (100, 0)


async def test_the_same_hold_twice_is_placed_once_and_another_is_refused(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    due = clock.now(city.code) + timedelta(days=30)
    first = await hold(city, 70, key="hold", due=due)
    assert await hold(city, 70, key="hold", due=due) == first
    with pytest.raises(Insufficient):
        await hold(city, 31, key="another")
    assert await held(city) == 70


async def test_an_entry_is_taken_back_exactly_once(city: City) -> None:
    legs = [debit("allotted", 60), credit("spent", 60)]
    await city.post(transfer("treasury", "allotted", 100), key="money")
    posted = await city.post(Entry("paid", TODAY, legs), key="payment")
    back = reversal(legs, of=posted.entry_id, fact="payment_reversed", effective_on=TODAY, reason="wrong payee")
    taken_back = await city.post(back, key="reversal")
    with pytest.raises(AlreadyReversed):
        await city.post(back, key="reversal again")
    with pytest.raises(ReversalOfReversal):
        await city.post(
            reversal(back.legs, of=taken_back.entry_id, fact="undone", effective_on=TODAY, reason="regret"), key="undo"
        )
    assert await city.balances() == {"treasury": 100, "allotted": 100, "spent": 0}


async def test_partial_reversals_never_exceed_the_entry(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    posted = await city.post(transfer("allotted", "spent", 60), key="payment")

    def back(amount: int) -> Entry:
        part = [debit("allotted", amount), credit("spent", amount)]
        return reversal(part, of=posted.entry_id, fact="part_reversed", effective_on=TODAY, reason="overpaid")

    await city.post(back(20), key="one")
    await city.post(back(40), key="two")
    with pytest.raises(AlreadyReversed):
        await city.post(back(1), key="three")
    other = reversal(
        [debit("allotted", 1), credit("treasury", 1)],
        of=posted.entry_id, fact="x", effective_on=TODAY, reason="not a leg of it",
    )  # fmt: skip
    with pytest.raises(AlreadyReversed):
        await city.post(other, key="four")
    assert await city.balances() == {"treasury": 100, "allotted": 100, "spent": 0}


async def test_a_late_entry_keeps_its_day_and_goes_to_the_next_open_month(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100, on=date(2026, 9, 1)), key="september")
    await city.post(transfer("treasury", "allotted", 100, on=date(2026, 10, 9)), key="october")
    await city.close("2026-09")
    await city.close("2026-10")
    late = await city.post(transfer("allotted", "spent", 30, on=date(2026, 9, 30)), key="late")
    assert late.document == "funds-2026-11-000001"

    async with city.session() as session:
        (entry,) = await journal(session, city_code=city.code, entry_ids=[late.entry_id])
        assert entry.effective_on == date(2026, 9, 30)
        assert await city.balances() == {"treasury": 200, "allotted": 170, "spent": 30}
        for day, known_at, expected in (
            (date(2026, 9, 30), None, {"treasury": 100, "allotted": 70, "spent": 30}),
            (date(2026, 9, 30), late.recorded_at - timedelta(microseconds=1), {"treasury": 100, "allotted": 100}),
            (None, late.recorded_at, {"treasury": 200, "allotted": 170, "spent": 30}),
        ):
            lines = await trial_balance(session, city_code=city.code, effective_on=day, known_at=known_at)
            assert {line.code: line.balance_fen for line in lines if line.version} == expected


async def test_one_batch_may_cross_months(city: City) -> None:
    days = [date(2026, 12, 1), date(2026, 10, 31), date(2026, 12, 2), date(2026, 11, 1)]
    commands = [command(transfer("treasury", "allotted", 1, on=day), str(day)) for day in days]
    async with city.session() as session:
        posted = await post_all(session, commands, city_code=city.code, book="funds")
    assert [entry.document for entry in posted] == [
        "funds-2026-12-000001",
        "funds-2026-10-000001",
        "funds-2026-12-000002",
        "funds-2026-11-000001",
    ]
    assert await city.flaws() == []


async def test_a_journal_entry_leads_back_to_its_case(city: City) -> None:
    case_id, determination_id, approvals, reference = new_id(), new_id(), (new_id(), new_id()), new_id()
    entry = Entry(
        "entitlement.encumbered", TODAY, [debit("treasury", 5), credit("allotted", 5)], reference=reference,
        determination_id=determination_id, case_id=case_id, approvals=approvals, reason="年度预算",
    )  # fmt: skip
    posted = await city.post(entry, key="chain")
    async with city.session() as session:
        (found,) = await journal(session, city_code=city.code, case_id=case_id)
        (line,) = await statement(session, "allotted", city_code=city.code)
    assert found.posted == posted
    assert (found.determination_id, found.approvals, found.reference) == (determination_id, approvals, reference)
    assert (found.fact, found.reason, found.legs) == (entry.fact, "年度预算", tuple(entry.legs))
    assert (line.document, line.balance_after_fen, line.version) == (posted.document, 5, 1)


async def hold(city: City, amount_fen: int, *, key: str, due: object = None) -> object:
    due_at = due or clock.now(city.code) + timedelta(days=30)
    async with city.session() as session:
        placed = await place_hold(
            session, Hold("allotted", amount_fen, due_at, "voucher.reserved"), city_code=city.code, key=key
        )
    return placed.hold_id


def capture(hold_id: object, amount_fen: int, *, release_rest: bool = False) -> Entry:
    legs = [debit("allotted", amount_fen), credit("spent", amount_fen)]
    return Entry("paid", TODAY, legs, capture=Capture(hold_id, amount_fen, release_rest))


async def available(city: City) -> int:
    async with city.session() as session:
        return (await balances(session, ["allotted"], city_code=city.code))["allotted"].available_fen


async def held(city: City) -> int:
    async with city.session() as session:
        return (await balances(session, ["allotted"], city_code=city.code))["allotted"].held_fen
