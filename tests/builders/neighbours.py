"""Other processes of ours as a process under test meets them: answers of the agreed shape, over the real client."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import httpx2

from contracts.registry import OrganisationReply
from kernel.client import ServiceClient
from tests.builders.identity import XUZHOU
from tests.builders.processes import Process

Answer = Mapping[str, Any] | int
GROUP = "/controller-group"


class _Tokens:
    async def token(self, audience: str, _actor_token: str | None = None) -> str:
        return f"workload token for {audience}"


def answers(process: Process, name: str, answer: Callable[[str], Answer]) -> None:
    """Let the neighbour `name` answer each GET path by `answer`: a JSON object, or a status for a problem.

    Many organisations asked for at once are each answered by the path of the one, and firms by that of all of them.
    """

    async def handle(request: httpx2.Request) -> httpx2.Response:
        path, many = request.url.path, MANY.get(request.url.path)
        if path == "/internal/organisations/represented":
            acted_for = process.represented.get(json.loads(request.content)["client"]) or ()
            several = acted_for if isinstance(acted_for, tuple) else (acted_for,)
            return httpx2.Response(200, json={"ids": [str(one) for one in several]})
        found = many(answer, json.loads(request.content)) if many else answer(path)
        if isinstance(found, int):
            return httpx2.Response(found, json={"code": "not_found" if found == 404 else "failed", "title": "problem"})
        return httpx2.Response(200, json=found)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(handle))
    client = ServiceClient(http, _Tokens(), audience=name, base_url=f"http://{name}.test")  # type: ignore[arg-type]
    process.app.state.neighbours = getattr(process.app.state, "neighbours", {}) | {name: client}


def alone(organisation_id: str, city_code: str) -> dict[str, Any]:
    """The controller group of one of which nobody has stated who controls it."""
    told = {"organisation_id": organisation_id, "city_code": city_code, "on": "2026-01-01", "is_known": False}
    return told | {"members": [{"organisation_id": organisation_id}]}


def _several(answer: Callable[[str], Answer], asked: Mapping[str, Any], what: str = "") -> Answer:
    found = [answer(f"/internal/organisations/{one}{what}") for one in asked["ids"]]
    failed = [one for one in found if isinstance(one, int) and one != 404]
    return failed[0] if failed else {"items": [one for one in found if not isinstance(one, int)]}


def _firms(answer: Callable[[str], Answer], asked: Mapping[str, Any]) -> Answer:
    found = answer(FIRMS)
    return (
        found if isinstance(found, int) else {"firms": [found.get(one["credit_code"], found) for one in asked["firms"]]}
    )


FIRMS = "/internal/organisations/firms"
MANY = {
    "/internal/organisations/several": _several,
    f"/internal/organisations{GROUP}s": partial(_several, what=GROUP),
    FIRMS: _firms,
}


def an_organisation(
    number: int, *, name: str = "徐州众创科技有限公司", city: str = XUZHOU, **more: Any
) -> dict[str, Any]:
    """What the registry answers about the organisation `UUID(int=number)`."""
    known = {
        "id": str(UUID(int=number)),
        "city_code": city,
        "name": name,
        "kind": "firm",
        "credit_code": None,
        "status": "active",
    } | more
    OrganisationReply.model_validate(known)
    return known


def registry_of(process: Process, *organisations: Mapping[str, Any]) -> None:
    """A registry that knows these organisations and no other."""
    by_path = {f"/internal/organisations/{one['id']}": one for one in organisations}
    by_path |= {f"{path}{GROUP}": alone(one["id"], one["city_code"]) for path, one in list(by_path.items())}
    answers(process, "registry", lambda path: by_path.get(path, 404))
