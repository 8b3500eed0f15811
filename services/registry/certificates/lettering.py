"""Which characters the paper can show. What its font lacks is printed by its code point, never as an empty box.

The font has every character from 㐀 to 䶵 and from 一 to 鿯, and of those beyond the first plane, which names of people
and firms may have, some two hundred. No font of a package has them all.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE, FILE = "zhplot", "NotoSansSC-Regular.ttf"  # the package that brings the font; found, never imported
_CHARACTER_MAP, _SEGMENTED = b"cmap", 12  # OpenType: the table, and the format of it that reaches every plane
TABLES_MAX = 20  # the map comes early: their names are sorted
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs", "Cc"})  # joiners, variants, marks, spaces: none has a box of its own
_TYPSTS_OWN = (range(0x590), range(0x1E00, 0x2000))  # Latin, Greek and Cyrillic: of these no letter is a box


def font_folder() -> Path:
    """Where the fonts of the installed package are, the same on every machine."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise RuntimeError("the package with the Chinese font is not installed")
    return Path(found.origin).parent / "fonts"


def legible(text: str) -> str:
    """The text as the paper shows it: `王𠮷` is `王[U+20BB7]`."""
    return "".join(letter if _shown(letter) else f"[{code_point(letter)}]" for letter in text)


def unprinted(told: Any) -> list[str]:
    """Code points of what the paper cannot show of a statement, each once, in order: `["U+20BB7"]`."""
    return sorted({code_point(letter) for letter in _letters(told) if not _shown(letter)})


def code_point(letter: str) -> str:
    """As Unicode writes it: at least four hexadecimal digits."""
    return f"U+{ord(letter):04X}"


def _letters(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield from told
    elif isinstance(told, dict | list | tuple):
        for part in told.values() if isinstance(told, dict) else told:
            yield from _letters(part)


def _shown(letter: str) -> bool:
    place = ord(letter)
    own = any(place in known for known in _TYPSTS_OWN)
    return own or place in _covered() or unicodedata.category(letter) in _INVISIBLE


@cache
def _covered() -> frozenset[int]:
    with (font_folder() / FILE).open("rb") as font:
        tables = struct.iter_unpack(">4sIII", font.read(12 + 16 * TABLES_MAX)[12:])
        offset, length = next((offset, length) for tag, _, offset, length in tables if tag == _CHARACTER_MAP)
        font.seek(offset)
        table = font.read(length)
    (count,) = struct.unpack_from(">H", table, 2)
    for place in range(count):
        (start,) = struct.unpack_from(">I", table, 8 + 8 * place)
        found, _, _, _, groups = struct.unpack_from(">HHIII", table, start)
        if found == _SEGMENTED:
            ranges = struct.iter_unpack(">III", table[start + 16 : start + 16 + 12 * groups])
            return frozenset(letter for first, last, _ in ranges for letter in range(first, last + 1))
    raise RuntimeError("the font has no map of all planes")
