"""Substring search in any script, Chinese included, by core PostgreSQL: an array of characters and pairs, with GIN.

`text LIKE '%…%'` reads every row; the array narrows a million names to a few, and `strpos` decides among those.
"""

from itertools import pairwise
from unicodedata import normalize

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

TELLING = 6


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
    return grams.contains(telling_pairs(wanted)) & (func.strpos(plain, wanted) > 0)


def telling_pairs(wanted: str) -> list[str]:
    """Pairs to look up. Of a long name a few after its first: nearly all begin with a place and end with a form.

    Lists of pairs that every name has are what such a search would spend its time on.
    """
    pairs = [first + second for first, second in pairwise(wanted)]
    return (pairs[1 : 1 + TELLING] if len(pairs) > TELLING // 2 else pairs) or [*wanted]
