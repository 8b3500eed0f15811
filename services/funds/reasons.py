"""Stored reasons of a determination as they stand on the wire, in the caller's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from kernel import context
from kernel.schemas import Wire


class ReasonOut(Wire):
    """One coded reason with its clauses; `facts` of an open parameter quote the clause that leaves it open."""

    code: str
    clauses: list[str]
    text: str
    facts: dict[str, Any]


def reasons_out(stored: Iterable[Mapping[str, Any]]) -> list[ReasonOut]:
    """Stored reasons as one, in both languages or, from before they were kept in both, in one (`text`)."""
    language = "en" if context.current().language == "en" else "zh"
    return [
        ReasonOut(
            code=reason["code"],
            clauses=reason["clauses"],
            text=reason.get(language) or reason["text"],
            facts=reason["facts"],
        )
        for reason in stored
    ]
