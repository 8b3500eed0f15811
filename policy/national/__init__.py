"""What the State has laid down for every city's guidance fund: wordings nobody may promise, deals no fund may do."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from policy.yaml_source import read_yaml

_FILE = Path(__file__).parent / "guidance_funds.yaml"


@dataclass(frozen=True, slots=True)
class FundLimits:
    """One rule of the State with its words in both languages. `forbidden` are asset classes or wordings."""

    document: str
    from_on: date
    zh: str
    en: str
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()


def promised_by(text: str) -> list[str]:
    """The wordings in a text that promise principal or a return, whatever blanks, width or case they are written in."""
    plain, said = _plain(text), promises()
    denials = tuple(map(_plain, said.disclaimers))
    return [word for word in said.forbidden if _stands(_plain(word), plain, denials)]


def _stands(word: str, text: str, denials: tuple[str, ...]) -> bool:
    """Whether the word occurs somewhere without being denied right before it."""
    parts = text.split(word)
    return any(not before.endswith(denials) for before in parts[:-1])


@cache
def promises() -> FundLimits:
    """Wordings that promise principal or a minimum return."""
    read = _read()
    said = read["promises"]
    return FundLimits(
        read["document"], _day(read), said["zh"], said["en"], tuple(said["words"]), (), tuple(said["disclaimers"])
    )


@cache
def investments() -> FundLimits:
    """Classes of deals a fund may and may not do."""
    read = _read()
    said = read["investments"]
    allowed, forbidden = tuple(said["allowed"]), tuple(said["forbidden"])
    return FundLimits(read["document"], _day(read), said["zh"], said["en"], forbidden, allowed)


def _day(read: dict[str, Any]) -> date:
    return date.fromisoformat(read["from_on"])


@cache
def _read() -> dict[str, Any]:
    source = read_yaml(_FILE.name, _FILE.read_text(encoding="utf-8"))
    if source.faults or not isinstance(source.data, dict):
        raise ValueError("; ".join(map(str, source.faults)) or f"{_FILE.name} is empty")
    return source.data


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
