"""A bounded map whose entries end: verified tokens, identities, buckets, breakers."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `entries_max` entries; the least recently used one leaves first."""

    def __init__(self, entries_max: int) -> None:
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._entries_max = entries_max

    def get(self, key: K, now: int) -> V | None:
        """The value, unless its end (same unit as `now`) has come."""
        found = self._entries.get(key)
        if found is None:
            return None
        value, ends_at = found
        if ends_at <= now:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V, ends_at: int) -> None:
        """Keep it until `ends_at`, and make room."""
        self._entries[key] = (value, ends_at)
        self._entries.move_to_end(key)
        if len(self._entries) > self._entries_max:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget it."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)
