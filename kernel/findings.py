"""What a rule found: a coded reason with its clauses, in Chinese and English, told all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `code` is stable; `clauses` are clause ids such as "XZ-23"; `facts` are plain JSON values."""

    code: str
    clauses: tuple[str, ...]
    zh: str
    en: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def findings(*checks: tuple[bool, Finding]) -> list[Finding]:
    """Keep every finding whose condition holds, in the order of the rule's sentences."""
    return [finding for holds, finding in checks if holds]


def codes(found: Iterable[Finding]) -> list[str]:
    """The codes alone, for logs and tests."""
    return [finding.code for finding in found]
