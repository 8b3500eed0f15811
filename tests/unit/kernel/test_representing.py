"""Whom a portal acts for is asked at each request, and told whole only when it is not what was told last."""

from typing import Any
from uuid import UUID

import pytest

from contracts import asking
from contracts.asking import representing
from contracts.registry import RepresentedReply
from kernel.auth import Caller

pytestmark = pytest.mark.anyio
A, B = UUID(int=1), UUID(int=2)


class Told:
    """A registry that tells `ids` under their number as a mark, and notes what its askers say they know."""

    def __init__(self) -> None:
        self.ids, self.mark, self.known = (A,), "1", list[Any]()

    async def post(self, _path: str, body: dict[str, Any], _model: Any, *, repeatable: bool) -> RepresentedReply:
        assert repeatable
        self.known.append(body.get("known"))
        same = self.mark is not None and body.get("known") == self.mark
        return RepresentedReply(ids=None if same else self.ids, mark=self.mark)


async def acted_for(registry: Told, subject: str = "portal-1", city: str = "320300") -> set[UUID]:
    caller = Caller(subject, None, frozenset({"portal"}), frozenset(), (city,))
    return set((await representing(caller, registry)).represented)  # type: ignore[arg-type]


async def test_a_list_is_kept_but_counts_only_while_the_registry_says_so() -> None:
    registry, other = Told(), Told()
    assert [await acted_for(registry) for _ in range(2)] == [{A}, {A}]
    registry.ids, registry.mark = (B,), "2"
    assert [await acted_for(registry) for _ in range(2)] == [{B}, {B}]
    registry.ids, registry.mark = (), "3"
    assert await acted_for(registry) == set()
    await acted_for(registry, "portal-2")
    await acted_for(registry, city="420100")
    await acted_for(other)
    assert (registry.known, other.known) == ([None, "1", "1", "2", "2", None, None], [None])


async def test_of_more_portals_than_are_kept_the_one_asked_about_longest_ago_is_told_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "KEPT_MAX", 2)
    registry = Told()
    for subject in ("1", "2", "1", "3", "1", "2"):
        await acted_for(registry, subject)
    assert registry.known == [None, None, "1", None, "1", None]


async def test_a_registry_that_gives_no_mark_is_asked_as_ever() -> None:
    registry = Told()
    registry.mark = None  # type: ignore[assignment]
    assert [await acted_for(registry) for _ in range(2)] == [{A}, {A}]
    assert registry.known == [None, None]
