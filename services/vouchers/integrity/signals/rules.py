"""What stands out among vouchers, counted and ranked. Pure: no sign is a judgement, and none has a threshold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Pair:
    """How often a provider redeemed vouchers of one holder, and for how much."""

    holder_id: UUID
    provider_id: UUID
    redemptions: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RankedPair:
    """A pair that is above the rest, beside all that its two sides did."""

    pair: Pair
    of_holder_fen: int
    of_provider_fen: int


def pairs_above_the_rest(pairs: Sequence[Pair]) -> list[RankedPair]:
    """Those with more redemptions than the average pair, the most first."""
    redemptions = sum(pair.redemptions for pair in pairs)
    of_holder = _sums((pair.holder_id, pair.amount_fen) for pair in pairs)
    of_provider = _sums((pair.provider_id, pair.amount_fen) for pair in pairs)
    above = [pair for pair in pairs if pair.redemptions * len(pairs) > redemptions]
    above.sort(key=lambda pair: (-pair.redemptions, -pair.amount_fen, pair.holder_id, pair.provider_id))
    return [RankedPair(pair, of_holder[pair.holder_id], of_provider[pair.provider_id]) for pair in above]


def _sums(parts: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    total: dict[UUID, int] = {}
    for key, amount_fen in parts:
        total[key] = total.get(key, 0) + amount_fen
    return total


@dataclass(frozen=True, slots=True)
class Held:
    """What one organisation was issued."""

    holder_id: UUID
    holder_name: str
    vouchers: int
    face_fen: int


def held_together(held: Mapping[UUID, Held], groups: Iterable[Iterable[UUID]]) -> list[list[Held]]:
    """Holders under one controller, where several of them were issued vouchers; the largest sum first."""
    found = {
        frozenset(member for member in group if member in held)  # the same group, whichever member was asked about
        for group in groups
    }
    together = [
        sorted((held[one] for one in group), key=lambda of: (-of.face_fen, of.holder_id))
        for group in found
        if len(group) > 1
    ]
    return sorted(together, key=lambda group: (-sum(of.face_fen for of in group), group[0].holder_id))
