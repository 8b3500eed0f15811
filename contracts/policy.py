"""What the window says about policy: the whole effective snapshot of a city, whenever it changes."""

from typing import Any, ClassVar

from contracts.base import Event


class PolicySnapshotPublished(Event):
    """A city's policy at a new version. `hash` is the SHA-256 of the canonical JSON of `body`."""

    TYPE: ClassVar[str] = "policy.snapshot_published"

    version: int
    hash: str
    pack_id: str
    body: dict[str, Any]
