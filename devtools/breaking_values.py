"""Whether values of one JSON schema still pass as values of another."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
REF = "#/components/schemas/"
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
EXACT = ("pattern", "format", "multipleOf")
OTHER_TYPE = "changes its type"
DEEP = 40


class Direction(StrEnum):
    """A value sent must fit the new schema; a value answered must fit the old one, which the client was built on."""

    SENT = "sent"
    ANSWERED = "answered"


class Comparison:
    """The schemas of an old and a new document."""

    def __init__(self, old: Json, new: Json) -> None:
        self._named = [document.get("components", {}).get("schemas", {}) for document in (old, new)]
        self._under_way: set[tuple[str, str, Direction]] = set()

    def differences(self, where: str, old: Json, new: Json, direction: Direction) -> list[str]:
        """What breaks for a client that sends or reads values of `old`, in words."""
        names = (old.get("$ref", ""), new.get("$ref", ""), direction)
        if names in self._under_way:  # a recursive schema: what breaks is found one level up
            return []
        if not (names[0] and names[1]):
            return self._unwrapped(where, old, new, direction)
        self._under_way.add(names)
        try:
            return self._unwrapped(where, old, new, direction)
        finally:
            self._under_way.remove(names)

    def _unwrapped(self, where: str, old: Json, new: Json, direction: Direction) -> list[str]:
        before, now = alternatives(old, self._named[0]), alternatives(new, self._named[1])
        if len(before) == len(now) == 1:
            return list(self._single(where, before[0], now[0], direction))
        given, taken = (before, now) if direction is Direction.SENT else (now, before)
        found: list[str] = []
        for one in given:
            tries = [self._pair(where, one, other, direction) for other in taken]
            if all(tries):
                nearest = [differences for differences in tries if OTHER_TYPE not in differences[0]]
                nearest.sort(key=len)
                found += nearest[0] if nearest else [_lost(where, one, direction)]
        return found

    def _pair(self, where: str, given: Json, taken: Json, direction: Direction) -> list[str]:
        old, new = (given, taken) if direction is Direction.SENT else (taken, given)
        return list(self._single(where, old, new, direction))

    def _single(self, where: str, old: Json, new: Json, direction: Direction) -> Iterator[str]:
        given, taken = (old, new) if direction is Direction.SENT else (new, old)
        if not _fits(given.get("type"), taken.get("type")):
            yield f"{where} {OTHER_TYPE}"
            return
        check = _narrowed if direction is Direction.SENT else _widened
        yield from check(where, old, new)
        yield from self._object(where, old, new, direction)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self.differences(f"{where}[]", old[inner], new[inner], direction)

    def _object(self, where: str, old: Json, new: Json, direction: Direction) -> Iterator[str]:
        before, now = old.get("properties", {}), new.get("properties", {})
        required, required_now = set(old.get("required", ())), set(new.get("required", ()))
        for field, schema in before.items():
            if field in now:
                yield from self.differences(f"{where}.{field}", schema, now[field], direction)
            elif direction is Direction.ANSWERED or new.get("additionalProperties") is False:
                yield f"{where}.{field} is gone"
        if direction is Direction.SENT:
            yield from (f"{where}.{field} is demanded now" for field in sorted(required_now - required))
        else:
            missing = sorted((required - required_now) & now.keys())
            yield from (f"{where}.{field} may be missing now" for field in missing)


def alternatives(schema: Json, named: Json) -> list[Json]:
    """The kinds of value a schema allows, each without `$ref`, `anyOf`, `allOf` or a list of types."""
    for _ in range(DEEP):
        if "$ref" not in schema:
            break
        schema = named[schema["$ref"].removeprefix(REF)]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [kind for one in schema[word] for kind in alternatives(one, named)]
    if "allOf" in schema:
        return [_joined(schema, named)]
    if isinstance(schema.get("type"), list):
        return [schema | {"type": kind} for kind in schema["type"]]
    return [schema]


def _joined(schema: Json, named: Json) -> Json:
    whole: Json = {}
    for part in [*schema["allOf"], {key: value for key, value in schema.items() if key != "allOf"}]:
        plain = alternatives(part, named)[0]
        properties = whole.get("properties", {}) | plain.get("properties", {})
        required = [*whole.get("required", ()), *plain.get("required", ())]
        whole |= plain | {"properties": properties, "required": required}
    return whole


def _fits(given: str | None, taken: str | None) -> bool:
    return taken is None or given == taken or (given, taken) == ("integer", "number")


def _lost(where: str, kind: Json, direction: Direction) -> str:
    what = kind.get("type", "any value")
    return f"{where} takes {what} no more" if direction is Direction.SENT else f"{where} may now be {what}"


def _values(schema: Json) -> set[str] | None:
    """The values of an enum; None for any."""
    listed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if listed is None else set(map(repr, listed))


def _narrowed(where: str, old: Json, new: Json) -> Iterator[str]:
    """What a client may send no longer."""
    before, now = _values(old), _values(new)
    if now is not None:
        lost = sorted(before - now) if before is not None else ["other values"]
        yield from (f"{where} takes {value} no more" for value in lost)
    beyond: tuple[tuple[tuple[str, ...], Callable[[Any, Any], bool]], ...] = (
        (UPPER, lambda was, limit: was is None or was > limit),
        (LOWER, lambda was, limit: was is None or was < limit),
        (EXACT, lambda was, limit: was != limit),
    )
    for words, is_tighter in beyond:
        for word in words:
            if word in new and is_tighter(old.get(word), new[word]):
                yield f"{where} has a tighter {word}"
    if new.get("additionalProperties") is False and old.get("additionalProperties", True) is not False:
        yield f"{where} takes no further fields"


def _widened(where: str, old: Json, new: Json) -> Iterator[str]:
    """What a client does not expect to read; a longer enum it has to expect, any text instead of one it has not."""
    if _values(old) is not None and _values(new) is None:
        yield f"{where} is not one of a few values any more"
    if old.get("format") and old.get("format") != new.get("format"):
        yield f"{where} is not a {old['format']} any more"
