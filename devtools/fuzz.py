"""`make fuzz`: schemathesis over the merged document, through the gateway of an own instance, with a fixed seed.

The story is told first, so that there are real objects: two thirds of all requests name some, half of those with the
body of the document's example. Each operation is asked by those who may and now and then by somebody who may not, with
values its schema allows and with values it does not.
Ends with 1 on any answer that is a server error or that the document does not describe. FUZZ_EXAMPLES sets the length
and FUZZ_SEED the seed.
"""

import contextlib
import io
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

import httpx2
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.scopes import ROLE_SCOPES
from devtools.demo.cast import Actor, Refused, client_with_key, client_with_secret, new_key, person
from devtools.demo.stage import Stage
from devtools.demo.story import play, visitor
from devtools.postgres import throwaway_home
from devtools.running import Instance
from kernel.examples import example_of
from kernel.openapi import SCHEME, operations

SEED = int(os.environ.get("FUZZ_SEED", "20261122"))
EXAMPLES = 8
# What takes away a caller's credentials, and what makes everything after it happen in a far future.
LAST = ("disableClient", "rotateSecret", "revokeSecret", "moveClock")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Fields of lists whose values other operations take under another name.
SAID_AS = {"clauses": "clause", "code": "account"}
IDS_OF = {"parameters": "parameter", "catalogue": "item"}
LONGEST_NAME = 100
ID = re.compile(r"\b([a-z]{3,4})_[0-7][0-9a-hjkmnp-tv-z]{25}\b")
Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Operation]
STEADY = settings(
    deadline=None,
    database=None,
    derandomize=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


class Kind(StrEnum):
    """What a request is made of: whatever the schema says, ids of real objects in it, the document's example."""

    ANY = "any"
    REAL = "real"
    EXAMPLE = "example"


@dataclass
class Target:
    """What is fuzzed: the gateway's address, who may ask, and values that exist: by field, and ids by prefix."""

    url: str
    city: str
    actors: dict[str, Actor]
    known: dict[str, list[str]]
    session: requests.Session
    answers: Counter[int] = field(default_factory=Counter)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    def bearer(self, role: str) -> dict[str, str]:
        return self.actors[role].headers()


def fuzz(target: Target, document: dict[str, Any], *, examples: int) -> None:
    """Every operation, one after another; what fails is in `target.failures`."""
    schema = schemathesis.openapi.from_dict(document)
    found = [cast(Operation, result.ok()) for result in schema.get_all_operations()]  # type: ignore[union-attr]
    for operation in sorted(found, key=lambda operation: operation.definition.raw["operationId"] in LAST):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            # An operation that takes nothing cannot be asked wrongly.
            with contextlib.suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else contextlib.nullcontext():
                _fuzz_operation(target, operation, mode, examples)
        sys.stdout.write("." if sys.stdout.isatty() else "")
        sys.stdout.flush()


def _fuzz_operation(target: Target, operation: Operation, mode: Any, examples: int) -> None:
    roles = _who_asks(operation, target.actors)
    example = (
        _example(operation.schema.raw_schema, operation.definition.raw) if mode is GenerationMode.POSITIVE else None
    )

    @seed(SEED)
    @settings(STEADY, max_examples=examples)
    @given(
        operation.as_strategy(generation_mode=mode), st.sampled_from(roles), st.sampled_from(Kind), st.integers(0, 99)
    )
    def ask(case: AnyCase, role: str, kind: Kind, pick: int) -> None:
        if kind is Kind.EXAMPLE and example is not None:
            case.body = example
        if kind is not Kind.ANY:
            _name_real_objects(case, target, pick)
        _ask(target, case, role)

    ask()


def _example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    """The author's body, as it stands in the document; None where there is no JSON body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return content and content.get("example", example_of(content["schema"], document["components"]["schemas"]))


def _who_asks(operation: Operation, roles: Iterable[str]) -> list[str]:
    """Mostly those who hold its scope; each other role too, so that a refusal is checked like any answer."""
    wanted = {scope for way in operation.definition.raw.get("security", ()) for scope in way[SCHEME]}
    holders = [role for role in roles if wanted <= ROLE_SCOPES[role]]
    return holders * 4 + [role for role in roles if role not in holders]


def _ask(target: Target, case: AnyCase, role: str) -> None:
    headers = target.bearer(role) if case.operation.definition.raw.get("security") else {}
    response = case.call(base_url=target.url, session=target.session, headers=headers, timeout=60)
    target.answers[response.status_code] += 1
    try:
        case.validate_response(response, checks=CHECKS, headers=headers)
    except FailureGroup as group:
        for failure in group.exceptions:
            what = (case.operation.label, f"{failure.title}: {response.status_code}")
            words = f"{failure.message[:400]}\n  as {role}: {case.as_curl_command()[:1500]}\n  {response.text[:400]}"
            target.failures.setdefault(what, words)


def _name_real_objects(case: AnyCase, target: Target, pick: int) -> None:
    """Put values that exist where the case has such: ids, names, the sandbox; and no page but the first."""
    for part in ("path_parameters", "query"):
        values = getattr(case, part)
        if isinstance(values, dict):
            kept = {name: _real(name, value, target, pick) for name, value in values.items() if name != "cursor"}
            setattr(case, part, kept)
    if isinstance(case.body, dict):
        case.body = _real("", case.body, target, pick)
    if case.headers and "if-match" in {name.lower() for name in case.headers}:
        case.headers["if-match"] = "*"


def _real(name: str, value: Any, target: Target, pick: int) -> Any:
    if isinstance(value, dict):
        return {key: _real(key, item, target, pick) for key, item in value.items()}
    if isinstance(value, list):
        return [_real(name, item, target, pick) for item in value]
    if not isinstance(value, str):
        return value
    if name in {"city", "city_code"}:
        return target.city
    match = ID.fullmatch(value)
    known = target.known.get(match[1] if match else name)
    return known[pick % len(known)] if known else value


def known_values(actors: dict[str, Actor], document: dict[str, Any], city: str) -> dict[str, list[str]]:
    """What stands in every list somebody may read: short texts by the field's name, ids by their prefix."""
    found: dict[str, set[str]] = {}
    for path, scopes in _lists(document):
        for role in [role for role in actors if scopes <= ROLE_SCOPES[role]][:1]:
            try:
                answer = actors[role].get(path.replace("{city}", city))
            except Refused:  # it needs a question after all, or there is nothing of the kind yet
                continue
            said_as = SAID_AS | {"id": IDS_OF.get(path.rpartition("/")[2], "id")}
            for name, value in _texts("", answer):
                match = ID.fullmatch(value)
                found.setdefault(match[1] if match else said_as.get(name, name), set()).add(value)
    return {name: sorted(values) for name, values in found.items()}


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every short text in a JSON value with the name of its field."""
    if isinstance(value, str) and len(value) <= LONGEST_NAME:
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(name, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key, item)


def _lists(document: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Addresses that name no object and need no question, with the scopes they ask for."""
    for path, methods in document["paths"].items():
        operation = methods.get("get", {})
        needs = {item["name"] for item in operation.get("parameters", ()) if item["required"]}
        answers = operation.get("responses", {}).get("200", {}).get("content", {})
        if operation.get("security") and needs <= {"city"} and "application/json" in answers:
            yield path, set(operation["security"][0][SCHEME])


def callers(http: httpx2.Client, stage: Stage, bootstrap_secret: str) -> dict[str, Actor]:
    """One caller of every role; a bank, a provider and a fund manager are made out of organisations of the story."""
    organisations = stage.operator.get("/v1/registry/organisations")["items"]
    by_kind = {one["kind"]: one["id"] for one in organisations}
    key, jwks = new_key()
    bank = {"kind": "bank", "name": "银行", "organisation_id": by_kind["bank"], "jwks": jwks}
    bank_id = stage.operator.post("/v1/window/clients", bank)["client_id"]
    issuer = str(http.base_url).rstrip("/")
    return {
        "officer": stage.officer_1,
        "finance": stage.finance_1,
        "operator": stage.operator,
        "auditor": stage.auditor,
        "evaluator": person(http, **stage.logins["evaluator-1"]),
        "portal": stage.portal,
        "bank": client_with_key(http, "bank", bank_id, key, issuer),
        "provider": _client_of(stage, "provider", "服务机构", by_kind["firm"]),
        "fund_manager": _client_of(stage, "fund_manager", "子基金管理机构", by_kind["firm"]),
        "platform": client_with_secret(http, "platform", "bootstrap-operator", bootstrap_secret),
    }


def _client_of(stage: Stage, kind: str, name: str, organisation_id: str) -> Actor:
    """A new client with a secret, that acts for an organisation."""
    wanted = {"kind": kind, "name": name, "organisation_id": organisation_id}
    login = stage.operator.post_once_shown("/v1/window/clients", wanted)
    return client_with_secret(stage.http, kind, login["client_id"], login["client_secret"])


def run(url: str, bootstrap_secret: str, *, examples: int) -> Target:
    """Tell the story, then ask everything."""
    with visitor(url) as http:
        with contextlib.redirect_stdout(io.StringIO()):
            stage = play(http, bootstrap_secret).stage
        document = http.get("/openapi.json").json()
        actors = callers(http, stage, bootstrap_secret)
        if ROLE_SCOPES.keys() - actors.keys() != {"workload"}:
            raise LookupError("a role nobody plays: what it alone may ask would only be refused")
        session = requests.Session()
        session.trust_env = False
        target = Target(url, stage.city, actors, known_values(actors, document, stage.city), session)
        objects = sum(len(values) for values in target.known.values() if ID.fullmatch(values[0]))
        sys.stdout.write(f"{objects} objects, {len(list(operations(document)))} operations\n")
        fuzz(target, document, examples=examples)
    return target


def main() -> None:
    """Fuzz an instance of our own."""
    os.environ |= {"CLIENT_QUOTA": "10000000", "ANONYMOUS_QUOTA": "10000000"}
    examples = int(os.environ.get("FUZZ_EXAMPLES", EXAMPLES))
    started = time.monotonic()
    with throwaway_home() as home, Instance(home) as instance:
        secret = instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()
        target = run(instance.url, secret, examples=examples)
    for (operation, title), words in target.failures.items():
        sys.stdout.write(f"\n✗ {operation} — {title}\n  {words}\n")
    seconds = time.monotonic() - started
    statuses = ", ".join(f"{status}: {number}" for status, number in sorted(target.answers.items()))
    sys.stdout.write(
        f"\n{target.answers.total()} requests ({statuses}), {len(target.failures)} kinds of failure, {seconds:.0f} s\n"
    )
    sys.exit(1 if target.failures else 0)


if __name__ == "__main__":
    main()
