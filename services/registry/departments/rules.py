"""Who holds a responsibility on a day: roles outlive the names of departments (provisions, cross-cutting 13). Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything with a first day."""

    @property
    def effective_on(self) -> date: ...


D = TypeVar("D", bound=Dated)


def on_day(names: Iterable[D], day: date) -> D | None:
    """The last name that had begun; None before the first."""
    begun = [name for name in names if name.effective_on <= day]
    return max(begun, key=lambda name: name.effective_on) if begun else None
