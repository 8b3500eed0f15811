"""What the window says about policy: the whole effective snapshot of a city, whenever it changes."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from contracts.base import Event, Reply

# The processes that store determinations, and so answer what another edition of a pack would change.
DETERMINING = ("registry", "vouchers", "funds")
EffectKind = Literal["gain", "loss", "newly_eligible", "no_longer_eligible", "other"]


class PolicySnapshotPublished(Event):
    """A city's policy at a new version. `hash` is the SHA-256 of the canonical JSON of `body`."""

    TYPE: ClassVar[str] = "policy.snapshot_published"

    version: int
    hash: str
    pack_id: str
    body: dict[str, Any]


class SideReply(Reply):
    """What is decided on one side: without the edition, or with it."""

    outcome: str
    reasons: list[str]
    amounts: dict[str, int]


class EffectReply(Reply):
    """A stored question that the edition answers differently; differences in fen are signed."""

    determination_id: UUID
    programme: str
    act: str
    kind: EffectKind
    worth_fen: int
    cost_fen: int
    before: SideReply
    after: SideReply


class ImpactReply(Reply):
    """One page of `POST /internal/determinations/impact`: `asked` questions, and those of them that differ.

    `total`, on the first page, is how many there are in the city now; `next` is where the following page begins, null
    after the last.
    """

    asked: int
    total: int | None
    effects: list[EffectReply]
    next: UUID | None
