"""Counting for policy targets: the window asks each service what it alone can count."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.base import Reply
from kernel.schemas import Day

Counted = Literal["carriers", "carriers_per_division", "events", "mentors", "progress_report", "reported_firms"]


class Question(BaseModel):
    """What one service asks another; unlike an answer it has no member the reader does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CountAsked(Question):
    """One count, under the asker's name for it. Days are inclusive; without `since` all there ever was is counted.

    Of `progress_report` the one kind is the target whose reported figures are added up. Of carriers those count that
    hold one of `levels`, any where there are none, and where it is said only as 重点 (`is_key`) or only as filed.
    """

    key: str = Field(max_length=100)
    counter: Counted
    kinds: tuple[str, ...] = Field(default=(), max_length=50)
    levels: tuple[str, ...] = Field(default=(), max_length=10)
    is_key: bool | None = None
    since: Day | None = None
    until: Day


class CountsAsked(Question):
    """Counts of one city, in one call."""

    city_code: str = Field(max_length=20)
    counts: tuple[CountAsked, ...] = Field(max_length=200)


class CountReply(Reply):
    """`divisions` are the codes that have at least one, for a coverage target."""

    key: str
    counted: int
    divisions: tuple[str, ...] | None = None


class CountsReply(Reply):
    """One answer for each count asked, in the order asked; what nobody has reported yet is left out, not nought."""

    counts: tuple[CountReply, ...]
