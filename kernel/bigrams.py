"""Substring search in any script, Chinese included, by core PostgreSQL: an array of characters and pairs, with GIN.

`text LIKE '%…%'` reads every row; the array narrows a million names to a few, and `strpos` decides among those.
"""

from itertools import pairwise
from unicodedata import normalize

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute


def searchable(text: str) -> str:
    """Text as it is compared: full-width forms folded, no case, no white space."""
    return "".join(normalize("NFKC", text).casefold().split())


def bigrams(text: str) -> list[str]:
    """Every character and every pair of neighbours, once, in order: what the array column of a row holds."""
    plain = searchable(text)
    return sorted({*plain, *(first + second for first, second in pairwise(plain))})


def contains(
    grams: InstrumentedAttribute[list[str]], plain: InstrumentedAttribute[str], sought: str
) -> ColumnElement[bool]:
    """Rows whose searchable text (`plain`) holds what is sought; `grams` are its bigrams, under a GIN index."""
    wanted = searchable(sought)
    pairs = [first + second for first, second in pairwise(wanted)] or [*wanted]
    return grams.contains(pairs) & (func.strpos(plain, wanted) > 0)
