"""What crosses the wire about parties. Shares are basis points of the whole; a contact comes in and never goes out."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.ids import encode_id, public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION, OrganisationId
from services.registry.organisations.sources import Source
from services.registry.parties import examples
from services.registry.parties.models import ContactKind, PartyRole
from services.registry.parties.rules import WHOLE_BP, Node, Stated
from services.registry.people.schemas import EXAMPLE_NUMBER, PersonIn

PartyId = Annotated[UUID, public_id("pty")]
ContactId = Annotated[UUID, public_id("ctc")]
ShareBp = Annotated[int, Field(strict=True, ge=1, le=WHOLE_BP, description="basis points of the whole")]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200), Field(examples=["授权书 2026-0031"])]
PREFIXES = {"organisation": "org", "person": "per"}
_ON = "2026-11-22"


class PartyIn(WireIn):
    """Who controls, owns or represents the organisation: an organisation of the city, or a person; for
    `no_controller` neither. A shareholder has `share_bp`. `source` other than `applicant` is for the window's clerks.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "role": "shareholder",
                    "person": {"name": "韩梅梅", "resident_id": EXAMPLE_NUMBER},
                    "share_bp": 6700,
                    "effective_on": "2026-08-03",
                    "source": "applicant",
                    "consent_reference": "授权书 2026-0031",
                }
            ]
        }
    )

    role: PartyRole
    holder_organisation_id: OrganisationId | None = None
    person: PersonIn | None = None
    share_bp: ShareBp | None = None
    effective_on: date
    ended_on: date | None = None
    source: Source
    consent_reference: Reference | None = None

    @model_validator(mode="after")
    def fits_role(self) -> "PartyIn":
        holders = [holder for holder in (self.holder_organisation_id, self.person) if holder is not None]
        if len(holders) != (0 if self.role is PartyRole.NO_CONTROLLER else 1):
            raise PydanticCustomError("one_holder", "an organisation or a person holds a role, nobody none")
        if (self.share_bp is not None) != (self.role is PartyRole.SHAREHOLDER):
            raise PydanticCustomError("share_of_shareholders", "a shareholder has a share, and nobody else")
        if self.ended_on is not None and self.ended_on <= self.effective_on:
            raise PydanticCustomError("ends_before_start", "it ends after it began")
        return self

    def stated(self, holder: Node | None) -> Stated:
        """For the rules."""
        return Stated(self.role.value, holder, self.share_bp, self.effective_on, self.ended_on)


class PartyEndIn(WireIn):
    """The first day it no longer holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2026-11-20", "reason": "股权转让"}]})

    ended_on: date
    reason: Sentence


def _comparable(kind: ContactKind, value: str) -> str:
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind is ContactKind.PHONE:
        digits = re.sub(r"[^0-9]", "", plain)
        return re.sub(r"^(00)?86(?=1[0-9]{10}$)", "", digits)
    bare = re.sub(r"\s+", "", plain).casefold()
    return bare if kind is ContactKind.EMAIL else re.sub(r"[\W_]", "", bare)


class ContactIn(WireIn):
    """A phone, an e-mail or an address. Only a keyed hash is kept: it tells who else has the same."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "phone", "value": "0516-8373-0000", "source": "applicant"}]}
    )

    kind: ContactKind
    value: Annotated[str, StringConstraints(min_length=3, max_length=300), Field(repr=False)]
    source: Source
    consent_reference: Reference | None = None

    @model_validator(mode="after")
    def says_something(self) -> "ContactIn":
        if not self.comparable:
            raise PydanticCustomError("string_too_short", "nothing that can be compared")
        return self

    @property
    def comparable(self) -> str:
        """Without what people write differently: spaces, signs, the country's number."""
        return _comparable(self.kind, self.value)


class NodeOut(Wire):
    """An organisation or a person."""

    kind: Literal["organisation", "person"]
    id: str = Field(examples=[EXAMPLE_ORGANISATION])
    name: str

    @classmethod
    def of(cls, node: Node, name: str) -> "NodeOut":
        return cls(kind=node.kind, id=encode_id(PREFIXES[node.kind], node.id), name=name)


_PARTY: dict[str, Any] = {
    "id": "pty_01m89wy0bje669n3am2t9jft9a",
    "role": "shareholder",
    "holder": {"kind": "person", "id": "per_01m89wy0bje669n3am2t9jft9b", "name": "韩梅梅"},
    "share_bp": 6700,
    "effective_on": "2026-08-03",
    "ended_on": None,
    "end_reason": None,
    "source": "applicant",
    "consent_reference": "授权书 2026-0031",
    "recorded_by": "client:portal",
    "registered_at": "2026-11-22T02:00:00Z",
}


class PartyOut(Wire):
    """A role held until the day before `ended_on`; `holder` is null for `no_controller`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PARTY]})

    id: PartyId
    role: PartyRole
    holder: NodeOut | None
    share_bp: int | None
    effective_on: date
    ended_on: date | None
    end_reason: str | None
    source: Source
    consent_reference: str | None
    recorded_by: str
    registered_at: Instant


class ContactOut(Wire):
    """That a contact is kept; what it is, is never told."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONTACT]})

    id: ContactId
    kind: ContactKind
    source: Source
    consent_reference: str | None
    registered_at: Instant


class StepOut(Wire):
    """One link of a path: `holder` controls, owns, represents or has absorbed `held`."""

    kind: Literal["controller", "shareholder", "legal_representative", "merged"]
    holder: NodeOut
    held: NodeOut
    share_bp: int | None
    effective_on: date
    ended_on: date | None


_FIRM: dict[str, Any] = {"kind": "organisation", "id": EXAMPLE_ORGANISATION, "name": "徐州云创众创空间管理有限公司"}
_OTHER: dict[str, Any] = {
    "kind": "organisation",
    "id": "org_01m89wy0bje669n3am2t9jft9c",
    "name": "徐州淮海传感科技有限公司",
}
_STEP: dict[str, Any] = {
    "kind": "controller",
    "holder": _PARTY["holder"],
    "share_bp": None,
    "effective_on": _ON,
    "ended_on": None,
}
_PATH: list[Any] = [_STEP | {"held": _FIRM}, _STEP | {"held": _OTHER}]


class RelatedOrganisationOut(Wire):
    """An organisation under the same ultimate controller, and the path that makes it one."""

    organisation: NodeOut
    path: list[StepOut]


class SharingOut(Wire):
    """An organisation with a contact or account in common: phone, email, address or bank_account."""

    organisation: NodeOut
    shared: list[str]


class RelatedPartiesOut(Wire):
    """`controllers` stand at the top on the day; `is_known` is false while a line upward ends with somebody of whom
    nobody has stated who controls it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisation_id": EXAMPLE_ORGANISATION,
                    "on": _ON,
                    "parties": [_PARTY],
                    "contacts": [],
                    "controllers": [_PARTY["holder"]],
                    "is_known": True,
                    "group": [{"organisation": _OTHER, "path": list(_PATH)}],
                    "sharing": [{"organisation": _OTHER, "shared": ["phone"]}],
                }
            ]
        }
    )

    organisation_id: OrganisationId
    on: date
    parties: list[PartyOut]
    contacts: list[ContactOut]
    controllers: list[NodeOut]
    is_known: bool
    group: list[RelatedOrganisationOut]
    sharing: list[SharingOut]
