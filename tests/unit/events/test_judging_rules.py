"""Scores, ties, draws and seals, without a database."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.findings import codes
from policy.canonical import canonical
from services.events.competitions.terms import Criterion, RoundTerms
from services.events.judging.rules import (
    Candidate,
    Competitor,
    Sheet,
    Standing,
    assign,
    conflicts,
    going_on,
    half_up,
    order_by_lot,
    rank,
    score_findings,
    seal_document,
    sealing_findings,
    substitute,
)

NOW = datetime(2027, 4, 1, tzinfo=UTC)
SEED = "9f2b6c1de40a4d7b8a55c03f7e21b9d4"
POINTS = st.integers(0, 10_000)


def some_terms(
    scoring: str = "mean", tie_break: tuple[str, ...] = ("technology", "submitted_first", "lot")
) -> RoundTerms:
    weights = (Criterion("technology", 60), Criterion("market", 40))
    return RoundTerms("desk", weights, 3, 3, scoring, None, tie_break)  # type: ignore[arg-type]


def an_entry(number: int, *, group: str = "startup", hours: int = 0, organisation: int | None = None) -> Competitor:
    own = UUID(int=organisation) if organisation else None
    return Competitor(UUID(int=number), number, group, own, frozenset({f"企业{number}"}), NOW + timedelta(hours=hours))


def sheets(*given: tuple[int, int]) -> list[Sheet]:
    """Technology and market, of judges 1, 2, …"""
    return [Sheet(UUID(int=n + 1), {"technology": a, "market": b}) for n, (a, b) in enumerate(given)]


def test_weights_apply_to_each_sheet_and_rounding_comes_last() -> None:
    """(60 x 85.55 + 40 x 80.00) = 83.33; with 83.34 and 83.34 the mean is 83.3366…, shown as 83.34."""
    entry = an_entry(1)
    (standing,) = rank([entry], {entry.id: sheets((8555, 8000), (8334, 8334), (8334, 8334))}, some_terms(), SEED)
    assert (standing.total, standing.counted, standing.score_hundredths) == (833_300 + 2 * 833_400, 3, 8334)


def test_a_half_goes_up() -> None:
    assert [half_up(part, 2) for part in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert half_up(149, 100) == 1


def test_the_trimmed_mean_leaves_out_one_highest_and_one_lowest_total() -> None:
    entry = an_entry(1)
    given = sheets((9000, 9000), (1000, 1000), (8000, 8000), (8000, 8000), (10_000, 10_000))
    (standing,) = rank([entry], {entry.id: given}, some_terms("trimmed_mean"), SEED)
    assert (standing.counted, standing.score_hundredths) == (3, 8333)


def test_results_that_round_alike_are_no_tie() -> None:
    better, worse = an_entry(1, hours=5), an_entry(2)
    given = {better.id: sheets((8000, 8001)), worse.id: sheets((8000, 8000))}
    found = rank([worse, better], given, some_terms(), SEED)
    assert [(one.entry_id, one.score_hundredths, one.decided_by) for one in found] == [
        (better.id, 8000, None), (worse.id, 8000, None),
    ]  # fmt: skip


def test_the_chain_decides_link_by_link_and_the_link_is_told() -> None:
    technical, early, late = an_entry(1, hours=9), an_entry(2, hours=1), an_entry(3, hours=2)
    given = {
        technical.id: sheets((8200, 7700)),  # 60 x 82 + 40 x 77 = 80.00
        early.id: sheets((8000, 8000)),
        late.id: sheets((8000, 8000)),
    }
    found = rank([late, early, technical], given, some_terms(), SEED)
    assert [(one.entry_id, one.decided_by) for one in found] == [
        (technical.id, "technology"), (early.id, "technology"), (late.id, "submitted_first"),
    ]  # fmt: skip


def test_equal_in_all_goes_by_a_lot_that_the_seed_repeats() -> None:
    pair = [an_entry(1), an_entry(2)]
    given = {one.id: sheets((8000, 8000)) for one in pair}
    terms = some_terms(tie_break=("lot",))
    found = [rank(order, given, terms, SEED) for order in (pair, pair[::-1])]
    assert found[0] == found[1]
    assert {one.decided_by for one in found[0]} == {"lot"}
    firsts = {rank(pair, given, terms, f"seed {n}")[0].entry_id for n in range(20)}
    assert firsts == {one.id for one in pair}


def test_groups_are_ranked_apart() -> None:
    entries = [an_entry(1), an_entry(2, group="growth"), an_entry(3)]
    given = {one.id: sheets((1000 * one.number, 0)) for one in entries}
    found = rank(entries, given, some_terms(), SEED)
    assert [(one.group, one.place, one.entry_id.int) for one in found] == [
        ("growth", 1, 2), ("startup", 1, 3), ("startup", 2, 1),
    ]  # fmt: skip


@settings(max_examples=20)
@given(st.lists(st.lists(st.tuples(POINTS, POINTS), min_size=3, max_size=3), min_size=1, max_size=6))
def test_places_follow_the_exact_means_and_the_sealed_bytes_repeat(points: list[list[tuple[int, int]]]) -> None:
    entries = [an_entry(n + 1) for n in range(len(points))]
    given_sheets = {entry.id: sheets(*one) for entry, one in zip(entries, points, strict=True)}
    for scoring in ("mean", "trimmed_mean"):
        terms = some_terms(scoring)
        found = rank(entries, given_sheets, terms, SEED)
        means = [Fraction(one.total, one.counted) for one in found]
        assert means == sorted(means, reverse=True)
        assert [one.place for one in found] == list(range(1, len(points) + 1))
        documents = [
            canonical(
                seal_document(
                    edition_id=UUID(int=1), terms=terms, seed=SEED, order=[one.id for one in entries],
                    sheets={key: list(order(value)) for key, value in given_sheets.items()},
                    standings=rank(list(order(entries)), given_sheets, terms, SEED),
                )
            )
            for order in (iter, reversed)
        ]  # fmt: skip
        assert documents[0] == documents[1]


@settings(max_examples=15)
@given(st.integers(1, 12), st.integers(3, 6), st.text(max_size=4))
def test_the_draw_is_even_and_repeats(entries: int, judges: int, seed: str) -> None:
    order = order_by_lot([UUID(int=n) for n in range(entries)], seed)
    pool = [UUID(int=1000 + n) for n in range(judges)]
    seats = assign(order, pool, set(), size=3, seed=seed)
    assert all(len(set(sitting)) == 3 for sitting in seats.values())
    load = [sum(judge in sitting for sitting in seats.values()) for judge in pool]
    assert max(load) - min(load) <= 1
    assert seats == assign(order, pool[::-1], set(), size=3, seed=seed)


def test_who_has_an_interest_sits_nowhere_near_it() -> None:
    order, pool = [UUID(int=1), UUID(int=2)], [UUID(int=n) for n in (11, 12, 13)]
    seats = assign(order, pool, {(pool[0], order[0])}, size=2, seed=SEED)
    assert set(seats[order[0]]) == {pool[1], pool[2]}
    assert pool[0] in seats[order[1]]
    taken = seats[order[0]]
    left = substitute(order[0], pool, taken=taken, barred={(pool[0], order[0])}, load={}, seed=SEED)
    assert left is None


def test_every_reason_of_a_conflict_is_told() -> None:
    entry = an_entry(1, organisation=7)
    judge = Candidate(UUID(int=9), "企业1", frozenset({UUID(int=7), UUID(int=8)}))
    found = conflicts(judge, entry, related={(UUID(int=8), UUID(int=7))}, declared={(judge.id, entry.id)})
    assert found == ["same_unit", "declared_relation", "related_party", "declared_for_entry"]
    team = Competitor(UUID(int=2), 2, "teams", None, frozenset({"星火"}), NOW)
    assert conflicts(judge, team, related=set(), declared=set()) == []


def test_scores_are_whole_and_within_the_scale() -> None:
    assert codes(score_findings({"technology": 10_001, "taste": 1}, some_terms())) == [
        "score_incomplete", "score_off_scale",
    ]  # fmt: skip
    assert score_findings({"technology": 0, "market": 10_000}, some_terms()) == []


def test_a_seal_waits_for_every_seat_and_enough_scores() -> None:
    assert codes(sealing_findings(1, {1: 3, 2: 2}, 3)) == ["scores_missing", "scores_too_few"]
    assert sealing_findings(0, {1: 3}, 3) == []


def test_who_left_makes_way_for_the_next() -> None:
    standings = [Standing(UUID(int=n), "startup", n, 0, 1, None) for n in (1, 2, 3)]
    assert going_on(standings, {UUID(int=2), UUID(int=3)}, 1) == [UUID(int=2)]
