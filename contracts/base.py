"""Base of every fact that crosses a service boundary."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact in the past tense. `TYPE` is its name on the wire; fields are frozen and only ever added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]


class Reply(BaseModel):
    """What one service answers another; readers ignore what they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")
