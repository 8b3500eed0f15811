"""What the documentation shows of requests and answers is what the API takes and gives, in words of the trade."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from devtools.openapi import FOLDER
from gateway.window.bundles import schemas as bundles
from gateway.window.catalogue import schemas as catalogue
from gateway.window.editions import schemas as editions
from gateway.window.identity import schemas as identity
from gateway.window.overview import schemas as overview
from gateway.window.policies import schemas as policies
from gateway.window.ratings import schemas as ratings
from gateway.window.sandboxes import schemas as sandboxes
from gateway.window.targets import schemas as targets
from kernel.examples import FORMATS
from ledger.proofs import proves
from policy import determination_schemas as determinations
from services.events.attendance.feeds import schemas as event_feeds
from services.events.attendance.records import schemas as attendance
from services.events.attendance.registrations import schemas as event_registrations
from services.events.calendar import schemas as calendar
from services.events.competitions import schemas as competitions
from services.events.hosting import schemas as hosting
from services.events.judging import schemas as judging
from services.events.matching import schemas as matching
from services.events.results import schemas as results
from services.funds.applications import schemas as applications
from services.funds.assurance import schemas as assurance
from services.funds.books import schemas as books
from services.funds.books.examples import PROOF
from services.funds.entitlements import schemas as entitlements
from services.funds.loan_pool.arrears import schemas as arrears
from services.funds.loan_pool.claims import schemas as claims
from services.funds.loan_pool.lending import schemas as lending
from services.funds.loan_pool.proofs import schemas as proofs
from services.funds.loan_pool.recoveries import schemas as recoveries
from services.funds.payments import schemas as payments
from services.funds.periods import schemas as periods
from services.funds.programmes import schemas as programmes
from services.funds.tranches import schemas as tranches
from services.registry.cancellation import schemas as cancellation
from services.registry.carriers import schemas as carriers
from services.registry.certificates import schemas as certificates
from services.registry.chain import schemas as chain
from services.registry.departments import schemas as departments
from services.registry.divisions import schemas as divisions
from services.registry.endings import schemas as endings
from services.registry.examinations import schemas as examinations
from services.registry.experts import schemas as experts
from services.registry.held_data import schemas as held_data
from services.registry.mentors.sessions import schemas as mentor_sessions
from services.registry.organisations import schemas as organisations
from services.registry.panels import schemas as panels
from services.registry.parties import schemas as parties
from services.registry.people import schemas as people
from services.registry.premises import schemas as premises
from services.registry.progress.bodies import schemas as bodies
from services.registry.progress.duties import schemas as duties
from services.registry.recognition import schemas as recognition
from services.registry.statistics import schemas as statistics
from services.registry.upkeep import schemas as upkeep
from services.vouchers.contracts import schemas as service_contracts
from services.vouchers.integrity.bars import schemas as bars
from services.vouchers.integrity.findings import schemas as findings
from services.vouchers.integrity.measures import schemas as measures
from services.vouchers.integrity.signals import schemas as signals
from services.vouchers.issuance import schemas as issuance
from services.vouchers.redemption import schemas as redemption
from services.vouchers.settlement import schemas as settlement
from tests.service.funds.test_periods import read_proof

MODULES = (
    identity, sandboxes, entitlements, claims, lending, recoveries, payments, carriers, organisations, recognition,
    departments, divisions, endings, held_data, parties, people,
    cancellation, certificates, examinations, experts, panels, upkeep,
    chain, mentor_sessions, premises, bodies, duties, statistics, calendar, catalogue, editions, policies, targets,
    determinations, event_registrations, attendance, event_feeds, hosting, matching, applications, assurance, books,
    arrears, proofs, periods, programmes, tranches, issuance, redemption, service_contracts, bars, findings,
    measures, signals, settlement, overview, ratings, bundles, competitions, judging, results,
)  # fmt: skip
PLACEHOLDER = "text"
PARTNERS = {
    "window": {"getToken", "signIn", "registerClient", "openSandbox", "openCase", "readCase", "listCases", "rateCase"},
    "funds": {
        "registerLoan", "readLoan", "listLoans", "tryClaim", "lodgeClaim", "readClaim", "listClaims", "explainClaim",
        "reportRecovery", "listRecoveries", "readEntitlement", "listEntitlements", "readPaymentOrder",
        "listPaymentOrders", "confirmPayments",
    },
    "registry": {"registerOrganisation", "readOrganisation", "readCarrier", "readRecognition"},
}  # fmt: skip


def shown() -> list[tuple[type[BaseModel], dict[str, Any]]]:
    kinds = dict.fromkeys(
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    )
    return [(kind, example) for kind in kinds for example in examples_of(kind)]


def examples_of(kind: type[BaseModel]) -> list[dict[str, Any]]:
    """Those a model's schema will show, which is made only where it may hold others than the model's own."""
    extra = kind.model_config.get("json_schema_extra")
    schema: Any = (extra or {}) if not callable(extra) else kind.model_json_schema()
    return [*schema.get("examples", []), *([schema["example"]] if "example" in schema else [])]


@pytest.mark.parametrize(("model", "example"), shown(), ids=lambda value: getattr(value, "__name__", ""))
def test_an_example_is_whole_and_valid(model: type[BaseModel], example: dict[str, Any]) -> None:
    read = model.model_validate_json(json.dumps(example))
    assert read.model_dump(mode="json").keys() >= example.keys()


def test_there_are_examples_of_what_partners_send_and_read() -> None:
    assert len({model for model, _ in shown()}) >= 25


def placeholders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from placeholders(item)
    elif isinstance(value, list):
        for item in value:
            yield from placeholders(item)
    elif value in {PLACEHOLDER, FORMATS["uuid"]}:
        yield value


def shows_placeholder(value: Any) -> bool:
    if isinstance(value, dict):
        return any(shows_placeholder(item) for name, item in value.items() if name not in WORDS or item != PLACEHOLDER)
    return any(map(shows_placeholder, value)) if isinstance(value, list) else value == PLACEHOLDER


# Operations whose example still shows the placeholder: each number only falls.
UNFINISHED = {"events": 0, "funds": 0, "registry": 0, "vouchers": 0, "window": 0}
WORDS = {"type", "source"}  # where the placeholder is a value of the API: a field of text, a figure of the text


@pytest.mark.parametrize(("process", "left"), UNFINISHED.items())
def test_no_more_operations_show_a_placeholder_than_before(process: str, left: int) -> None:
    spec = json.loads((FOLDER / f"{process}.json").read_text(encoding="utf-8"))
    showing = {
        one["operationId"]
        for methods in spec["paths"].values()
        for one in methods.values()
        for part in [*one["responses"].values(), one.get("requestBody", {})]
        for content in part.get("content", {}).values()
        if shows_placeholder(content.get("example"))
    }
    assert len(showing) <= left, sorted(showing)


def test_the_proof_that_is_shown_proves() -> None:
    assert proves(read_proof(PROOF), root=PROOF["root"])
    assert not proves(read_proof(PROOF | {"city_code": "320300-other"}), root=PROOF["root"])


@pytest.mark.parametrize(("process", "names"), PARTNERS.items())
def test_what_partners_read_first_has_no_placeholder(process: str, names: set[str]) -> None:
    spec = json.loads((FOLDER / f"{process}.json").read_text(encoding="utf-8"))
    operations = {one["operationId"]: one for methods in spec["paths"].values() for one in methods.values()}
    found = {
        name: list(placeholders(content.get("example")))
        for name in names
        for status, part in [*operations[name]["responses"].items(), ("0", operations[name].get("requestBody", {}))]
        if status < "400"
        for content in part.get("content", {}).values()
    }
    assert {name: left for name, left in found.items() if left} == {}


def test_a_token_request_shows_partners_what_they_send_and_nothing_else() -> None:
    form = json.loads((FOLDER / "window.json").read_text(encoding="utf-8"))["components"]["schemas"]["TokenForm"]
    assert form["properties"].keys() & {"resource", "actor_token"} == set()
    assert {example["grant_type"] for example in form["examples"]} == {"client_credentials"}
