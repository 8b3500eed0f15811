"""The API documents: kept as the code has them, whole, true to what was released, and readable without the internet."""

import json
import re
from functools import cache
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS31Validator
from openapi_schema_validator._specifications import REGISTRY
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from openapi_spec_validator.validation.keywords import OpenAPIV31SchemaValidator
from referencing.exceptions import PointerToNowhere

from contracts.scopes import ALL_SCOPES
from devtools.breaking import breaking_changes
from devtools.databases import TARGETS
from devtools.openapi import FOLDER, RELEASED, app_of, problem_catalogue, spec_of, text_of
from gateway.window.developer.api import PROCESSES, document
from gateway.window.developer.merging import SpecsDisagree, merged
from kernel.problems import MEDIA_TYPE
from tests.builders.operations import JSON

PUBLIC = {
    "getToken",
    "signIn",
    "changePassword",
    "redeemSignInCode",
    "getKeys",
    "getMetadata",
    "getCityFeed",
    "getEventFeed",
    "getPrivateFeed",
    "verifyCertificate",
    "getPublicResult",
}
_BASE = "https://spec.openapis.org/oas/3.1/meta/base"
DIALECT = jsonschema_rs.Draft202012Validator(
    OAS31Validator.META_SCHEMA,
    validate_formats=True,
    registry=jsonschema_rs.Registry([(_BASE, REGISTRY.contents(_BASE))]),
)
STALE = "the API changed: run `make openapi` and look at the difference"
Json = dict[str, Any]


class SchemasOfThousands(OpenAPIV31SchemaValidator):
    """Is each schema one of the dialect? Asked of compiled code; the validator's own is five seconds slower."""

    def _validate_schema_meta(self, _schema: Any, schema_value: Any) -> OpenAPIValidationError | None:
        flaw = next(DIALECT.iter_errors(schema_value), None)
        return flaw and OpenAPIValidationError(flaw.message)


class Validator(OpenAPIV31SpecValidator):
    keyword_validators = {**OpenAPIV31SpecValidator.keyword_validators, "schema": SchemasOfThousands}  # noqa: RUF012


@cache
def whole() -> Json:
    found: Json = json.loads(document("http://window.test", "2026.12"))
    return found


def operations() -> list[Json]:
    return [operation for methods in whole()["paths"].values() for operation in methods.values()]


def test_the_whole_document_names_the_release_that_answers() -> None:
    assert whole()["info"]["version"] == "2026.12"


@pytest.mark.parametrize("process", TARGETS)
def test_the_kept_document_is_what_the_code_says(process: str) -> None:
    assert (FOLDER / f"{process}.json").read_text() == text_of(spec_of(process)), STALE


def test_the_kept_problem_codes_are_those_of_the_code() -> None:
    assert (FOLDER / "problems.json").read_text() == text_of(problem_catalogue()), STALE


@pytest.mark.parametrize("process", TARGETS)
def test_nothing_released_is_taken_away(process: str) -> None:
    released = RELEASED / f"{process}.json"
    if not released.exists():
        pytest.skip("nothing is released yet (docs/decisions/0006-openapi.md)")
    assert breaking_changes(json.loads(released.read_text()), spec_of(process)) == []


def test_the_whole_document_is_valid_openapi_and_shows_nothing_internal() -> None:
    Validator(whole()).validate()
    assert set(PROCESSES) == set(TARGETS)
    assert [path for path in whole()["paths"] if "internal" in path] == []
    scopes = whole()["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    assert scopes.keys() == ALL_SCOPES - {"internal"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"properties": {"a": {"type": "strin"}}},
        {"discriminator": 7},
        {"type": "string", "default": 7},
        {"properties": {"a": {"$ref": "#/components/schemas/Nowhere"}}},
    ],
)
def test_a_schema_that_is_none_makes_a_document_invalid(wrong: Json) -> None:
    right = spec({"A": {"type": "object"}}) | {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}}
    right["paths"]["/a"]["get"]["responses"]["200"]["description"] = "a"
    Validator(right).validate()
    with pytest.raises((OpenAPIValidationError, PointerToNowhere)):
        Validator(right | {"components": {"schemas": {"A": wrong}}}).validate()


def undescribed(operation: Json) -> list[str]:
    """What an operation does not say, or says wrongly."""
    answers = operation["responses"]
    failures = {status: answer for status, answer in answers.items() if status >= "400"}
    missing = {
        "summary": not operation["summary"],
        "description": not operation["description"],
        "tags": not operation["tags"],
        "security": bool(operation.get("security")) == (operation["operationId"] in PUBLIC),
        "success": not [status for status in answers if status.startswith("2")],
        "common failures": not failures.keys() >= {"400", "404", "429", "503"},
        "problem documents": {tuple(answer["content"]) for answer in failures.values()} != {(MEDIA_TYPE,)},
        "only known failures": bool({"default", "500"} & answers.keys()),
    }
    return [name for name, is_missing in missing.items() if is_missing]


def wrong_examples(operation: Json) -> list[str]:
    parts = [operation.get("requestBody", {})]
    parts += [answer for status, answer in operation["responses"].items() if status < "400"]
    contents = [content for part in parts for kind, content in part.get("content", {}).items() if kind == JSON]
    return [
        f"{error.json_path}: {error.message[:200]}"
        for content in contents
        for example in (content["examples"].values() if "examples" in content else [{"value": content["example"]}])
        for error in Draft202012Validator(content["schema"] | {"components": whole()["components"]}).iter_errors(
            example["value"]
        )
    ]


def test_every_operation_is_fully_described() -> None:
    assert len(operations()) > 500
    assert {each["operationId"]: undescribed(each) for each in operations() if undescribed(each)} == {}


def test_all_examples_are_values_of_their_schemas() -> None:
    flaws = {each["operationId"]: wrong_examples(each) for each in operations()}
    assert {operation: wrong for operation, wrong in flaws.items() if wrong} == {}


def spec(schemas: Json, *, operation: str = "a", path: str = "/a") -> Json:
    answer = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{next(iter(schemas))}"}}}}
    return {
        "paths": {path: {"get": {"operationId": operation, "responses": {"200": answer}}}},
        "components": {"schemas": schemas},
    }


def test_one_name_with_two_meanings_is_told_apart_and_so_is_what_refers_to_it() -> None:
    holder = {"properties": {"one": {"$ref": "#/components/schemas/Inner"}}}
    same = {"type": "boolean"}
    one = spec({"Outer": holder, "Inner": {"type": "string"}, "Same": same})
    two = spec({"Outer": holder, "Inner": {"type": "integer"}, "Same": same}, operation="b", path="/b")
    both = merged({"funds": one, "registry": two})
    assert both == merged({"registry": two, "funds": one})
    schemas = both["components"]["schemas"]
    assert set(schemas) == {"FundsOuter", "FundsInner", "RegistryOuter", "RegistryInner", "Same"}
    assert schemas["FundsOuter"]["properties"]["one"] == {"$ref": "#/components/schemas/FundsInner"}
    answer = both["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/RegistryOuter"}


def test_two_operations_of_one_name_are_refused() -> None:
    with pytest.raises(SpecsDisagree):
        merged({"funds": spec({"A": {}}), "registry": spec({"A": {}}, path="/b")})


@pytest.fixture
def anyone(tmp_path_factory: pytest.TempPathFactory) -> httpx2.AsyncClient:
    """A browser: the window without its database."""
    app = app_of("window", tmp_path_factory.mktemp("window"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://window.test")


@pytest.mark.anyio
async def test_the_page_asks_nobody_outside(anyone: httpx2.AsyncClient) -> None:
    first = await anyone.get("/")
    assert (first.status_code, first.headers["location"]) == (307, "/docs")
    browser = await anyone.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert browser.headers["location"] == "/portal"
    page = await anyone.get("/docs")
    assert page.status_code == 200
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text) + re.findall(r"url: '([^']+)'", page.text)
    assert len(addresses) >= 4
    assert [address for address in addresses if not address.startswith("/")] == []
    assert "https://" not in page.text.replace("https://fastapi.tiangolo.com", "")
    assert '"validatorUrl": null' in page.text
    for address in addresses:
        assert (await anyone.get(address)).status_code == 200, address


@pytest.mark.anyio
async def test_the_type_of_a_problem_leads_to_its_explanation(anyone: httpx2.AsyncClient) -> None:
    problem = (await anyone.get("/nowhere", headers={"Accept-Language": "en"})).json()
    found = (await anyone.get(problem["type"])).json()
    assert (found["code"], found["status"], found["title_en"]) == (problem["code"], 404, problem["title"])
    for_people = await anyone.get(problem["type"], headers={"Accept": "text/html,*/*"})
    assert for_people.headers["content-type"].startswith("text/html")
    assert found["title_zh"] in for_people.text
    assert (await anyone.get("/problems/no-such-code")).status_code == 404
    assert set((await anyone.get("/problems")).json()) == set(json.loads((FOLDER / "problems.json").read_text()))
