"""Editions on the wire."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from contracts.policy import EffectKind
from gateway.window.editions import examples
from gateway.window.editions.states import EditionStatus
from gateway.window.policies.schemas import ParameterStatus
from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn

EditionId = Annotated[UUID, public_id("edn")]
DeterminationId = Annotated[UUID, public_id("det")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.\-]{1,80}\.yaml$")]
# As it is written: quotes are exact, so nothing is cleaned. The reader refuses what is too much or harmful.
Text = Annotated[str, StringConstraints(max_length=600_000)]
Files = Annotated[dict[FileName, Text], Field(min_length=1, max_length=60)]


class EditionIn(WireIn):
    """A whole pack and its cases as YAML texts by file name, in the form of those that ship with the product.

    `cases` may hold `settings.yaml`, the values the cases suppose to be set. Each case is tried as if it were accepted
    on `effective_on`, the edition's first day.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDITION_IN]})

    files: Files
    cases: Annotated[dict[FileName, Text], Field(max_length=60)]
    effective_on: date
    reason: Sentence


class EditionApprovalIn(WireIn):
    """The second person's remark; may be left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "经核对同意,影响报告已阅"}]})

    note: Sentence | None = None


class EditionRejectionIn(WireIn):
    """Why not."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "影响面过大,先征求意见"}]})

    note: Sentence


class CaseFailureOut(Wire):
    """A case that did not come out as it expects, and each difference."""

    file: str
    name: str
    failures: list[str]


class CasesOut(Wire):
    """How the edition's own cases came out."""

    passed: int
    failed: int
    failures: list[CaseFailureOut]


class EntryChangeOut(Wire):
    """An entry of the pack that is new, gone or different; `members` names what of it differs."""

    section: str
    id: str
    change: Literal["added", "removed", "changed"]
    members: list[str]


class LostSettingOut(Wire):
    """A value an operator set that will not count from the first day on."""

    parameter: str
    value: Any
    effective_on: date
    why: str


class ConflictOut(Wire):
    """Values that would not agree with each other from the first day on: what rests on them waits."""

    code: str
    clauses: list[str]
    zh: str
    en: str
    facts: dict[str, Any]


class ComparisonOut(Wire):
    """What the edition does to the policy it was read against, on its first day."""

    changes: list[EntryChangeOut]
    lost_settings: list[LostSettingOut]
    newly_open: list[str]
    conflicts: list[ConflictOut]


class ServiceProgressOut(Wire):
    """How far the questions a service has decided were weighed. `failure` is why it does not go on just now."""

    service: str
    asked: int
    total: int | None
    is_done: bool
    failure: str | None


class TotalsOut(Wire):
    """Questions by what becomes of their answers. `cost_fen` is signed: above zero the edition costs more.

    `gained_fen` and `lost_fen` are what applicants get more and less; a voucher's face value is among it, but costs
    only when it is redeemed.
    """

    gains: int
    losses: int
    newly_eligible: int
    no_longer_eligible: int
    other: int
    gained_fen: int
    lost_fen: int
    cost_fen: int


class ProgrammeTotalsOut(TotalsOut):
    programme: str
    act: str


class ReportOut(Wire):
    """What would become of every question decided so far, had it been asked on the first day.

    `computing` until every service has answered; `stale` once the policy has moved on or a week has passed.
    """

    status: Literal["computing", "complete", "stale"]
    policy_version: int
    known_at: Instant
    finished_at: Instant | None
    services: list[ServiceProgressOut]
    asked: int
    unchanged: int
    totals: TotalsOut
    programmes: list[ProgrammeTotalsOut]


class EditionLine(Wire):
    """An edition in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDITION_LINE]})

    id: EditionId
    city_code: str
    status: EditionStatus
    effective_on: date
    reason: str
    pack_hash: str
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    decision_note: str | None
    snapshot_version: int | None


class EditionOut(EditionLine):
    """An edition with its cases, what it changes and whom it would concern."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDITION]})

    cases: CasesOut
    comparison: ComparisonOut
    report: ReportOut


class EditionFilesOut(Wire):
    """The texts as they were handed in."""

    files: dict[str, str]
    cases: dict[str, str]


class SideOut(Wire):
    """What is decided, without the edition or with it."""

    outcome: str
    reasons: list[str]
    amounts: dict[str, int]


class EffectOut(Wire):
    """A stored determination whose question would be answered differently; differences in fen are signed."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EFFECT]})

    determination_id: DeterminationId
    service: str
    programme: str
    act: str
    kind: EffectKind
    worth_fen: int
    cost_fen: int
    before: SideOut
    after: SideOut


class EditionRefOut(Wire):
    """Which edition: 1 is the pack the city began with, and nobody at the window proposed it."""

    number: int
    pack_hash: str
    effective_on: date | None
    recorded_at: Instant | None
    reason: str | None
    set_by: str | None
    approved_by: str | None


class ValueThenOut(Wire):
    """The value of one parameter that counted then; null while it was open."""

    id: str
    zh: str
    en: str
    unit: str
    operator: str
    status: ParameterStatus
    value: Any
    effective_on: date | None
    clauses: list[str]


class AsOfOut(Wire):
    """What counted on a day as far as it was known at a moment."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.AS_OF]})

    city_code: str
    on: date
    known_at: Instant
    edition: EditionRefOut
    parameters: list[ValueThenOut]
