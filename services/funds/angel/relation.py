"""Whether investor and project are related, as the registry's graph has it: asked before the transaction (XZ-32)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.registry import PairAsked, RelatedAsked, RelatedPair
from kernel.findings import Finding
from services.funds.payments.payees import Gathering


@dataclass(frozen=True, slots=True)
class Relation:
    """What was found on one day. `kinds` are the links of the shortest chain, or what both have in common."""

    on: date
    related: bool
    kinds: tuple[str, ...]


async def relations(
    gathering: Gathering, *, city_code: str, investor_id: UUID, project_id: UUID, days: tuple[date, ...]
) -> tuple[Relation, ...]:
    """One answer for each day, each day asked once. Raises Unavailable."""
    pair, found = (PairAsked(a=investor_id, b=project_id),), []
    for on in sorted(set(days)):
        reply = await gathering.registry.related(RelatedAsked(city_code=city_code, pairs=pair, on=on))
        found.append(_relation(on, reply.pairs[0]))
    return tuple(found)


def _relation(on: date, pair: RelatedPair) -> Relation:
    kinds = dict.fromkeys([*(step.kind for step in pair.path), *pair.shared])
    return Relation(on, pair.related, tuple(kinds))


def relation_findings(found: tuple[Relation, ...], clauses: tuple[str, ...]) -> list[Finding]:
    """Whose own firm failed bears the loss: the exclusion names how the two are related and on which day."""
    zh, en = "投资人与项目企业存在关联关系,不予补偿。", "Investor and project are related; the loss is not shared."
    return [
        Finding("related_parties", clauses, zh, en, {"on": one.on.isoformat(), "through": list(one.kinds)})
        for one in found
        if one.related
    ]
