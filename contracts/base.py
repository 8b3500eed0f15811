"""Bases of what crosses a service boundary."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact in the past tense. `TYPE` is its name on the wire; fields are frozen and only ever added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]


class CaseEvent(Event):
    """A fact that belongs on a case's timeline at the window; `case_outcome` ends the case."""

    case_id: UUID | None = None
    case_outcome: Literal["granted", "refused", "withdrawn"] | None = None


class CaseReason(BaseModel):
    """Why a case ended as it did, as its applicant is told."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    clause: str | None = None


class Reply(BaseModel):
    """What one service answers another; readers ignore what they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")
