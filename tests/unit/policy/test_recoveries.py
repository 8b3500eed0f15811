"""A recovery never takes from a layer more than it bears of the loss, and no fen of it is lost."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.money import WHOLE, allocate
from policy.engine import decide
from policy.snapshots import Snapshot
from tests.policy.cases import ACCEPTED, default_settings, snapshot_with

POOL = "loan_pool.transformation"
YUAN = 100
LAYERS = ("city", "province", "bank")


def shared(snapshot: Snapshot, parts: dict[str, int], recovered_fen: int, before: Counter[str]) -> dict[str, int]:
    """A recovery of a loss that was shared in these parts, as the service puts it to the policy."""
    facts = {
        "recovered_fen": recovered_fen, "costs_fen": 0, "paid_fen": parts["city"], "returned_fen": before["city"],
        "split_bp": dict(zip(LAYERS, allocate(WHOLE, [parts[layer] for layer in LAYERS]), strict=True)),
        "bears_fen": {layer: max(0, parts[layer] - before[layer]) for layer in LAYERS},
    }  # fmt: skip
    ruling = decide(snapshot, programme=POOL, act="share_recovery", facts=facts, accepted=ACCEPTED)
    return {layer: ruling.amounts[layer] for layer in LAYERS}


def test_what_lies_above_the_cap_of_the_loan_is_the_banks_when_it_comes_back() -> None:
    """3,000,000 of a loss of 5,000,000 were shared: 40/40/20. Of 4,000,000 recovered nobody gets more than it bore."""
    parts = {"city": 1_200_000 * YUAN, "province": 1_200_000 * YUAN, "bank": 600_000 * YUAN}
    back = shared(snapshot_with("xuzhou", default_settings("xuzhou")), parts, 4_000_000 * YUAN, Counter())
    assert [back[layer] // YUAN for layer in LAYERS] == [1_200_000, 1_200_000, 1_600_000]


def test_the_parts_make_the_recovery_and_none_exceeds_what_its_layer_bears() -> None:
    """Whatever caps, negligence and the rounding of the stored split to basis points did to the parts."""
    snapshot = snapshot_with("xuzhou", default_settings("xuzhou"))
    fen = st.integers(0, 10**11) | st.integers(0, 20)

    @settings(max_examples=60)
    @given(parts=st.tuples(fen, fen, fen).filter(any), recoveries=st.lists(fen.filter(bool), min_size=1, max_size=3))
    def check(parts: tuple[int, int, int], recoveries: list[int]) -> None:
        bore, before = dict(zip(LAYERS, parts, strict=True)), Counter[str]()
        for recovered in recoveries:
            back = shared(snapshot, bore, recovered, before)
            assert sum(back.values()) == recovered
            assert min(back.values()) >= 0
            before.update(back)
        assert all(before[layer] <= bore[layer] for layer in ("city", "province"))

    check()
