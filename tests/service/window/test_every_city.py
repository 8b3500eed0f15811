"""What the window shows of a policy it shows of every city: catalogue, parameters, clauses, targets, page."""

import pytest

from policy.loader import load_pack, pack_ids
from tests.builders.neighbours import answers
from tests.builders.processes import Process
from tests.service.window.rig import a_city

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("pack_id", pack_ids())
async def test_everything_of_a_city_can_be_read_in_both_languages(window: Process, pack_id: str) -> None:
    city, pack = await a_city(window, pack_id=pack_id), load_pack(pack_id)
    answers(window, "registry", lambda _path: {"counts": []})
    answers(window, "events", lambda _path: {"counts": []})
    policies = f"/v1/window/policies/{city}"
    paths = ["/v1/window/catalogue", policies, f"{policies}/parameters", f"{policies}/targets", f"{policies}/as-of"]
    paths += [f"/v1/window/catalogue/{item}" for item in pack.items]
    paths += [f"{policies}/clauses/{clause}" for clause in pack.clauses]
    async with window.as_("portal-1", "portal", city=city) as portal:
        for language in ("zh-CN", "en"):
            found = [(await portal.get(path, headers={"Accept-Language": language})).status_code for path in paths]
            assert [path for path, status in zip(paths, found, strict=True) if status != 200] == []
    async with window.client() as anyone:
        pages = [await anyone.get(f"/policies/{pack_id}?lang={language}") for language in ("zh", "en")]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(clause in page.text for page in pages for clause in pack.clauses)
