"""What crosses the wire about determinations."""

from datetime import date
from typing import Any

from kernel.schemas import Wire
from services.registry.recognition.schemas import DeterminationId


class DeterminationOut(Wire):
    """`document` is the whole record: inputs, policy snapshot, trace (each parameter with clause and value), findings.

    `sha256` is taken over its canonical JSON.
    """

    id: DeterminationId
    programme: str
    act: str
    outcome: str
    accepted_on: date
    policy_version: int
    policy_hash: str
    sha256: str
    document: dict[str, Any]


class DifferenceOut(Wire):
    path: str
    recorded: Any
    replayed: Any


class ReplayOut(Wire):
    """The recorded question decided again under the recorded policy: `is_same` when every byte agrees."""

    id: DeterminationId
    is_same: bool
    sha256: str
    differences: list[DifferenceOut]
