"""A window with neighbours that hold facts: a registry, the books, the vouchers, each of which may be away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2

from contracts.funds import PaymentFacts
from contracts.registry import OrganisationFacts
from contracts.vouchers import VoucherFacts
from kernel.clock import today
from kernel.ids import encode_id
from tests.builders.neighbours import Answer, an_organisation, answers
from tests.builders.processes import Process
from tests.service.window.rig import ELSEWHERE, OTHER_PORTAL, OURS, PORTAL, THEIRS

SCANS, CONSENTS, BATCHES = "/v1/window/eligibility/scans", "/v1/window/consents", "/v1/window/eligibility/batches"
CARRIER = UUID(int=11)
FACTS = {"floor_area": 800, "seats": 60, "tenants": 26, "operating_months": 24, "full_time_staff": 5, "mentors": 6}
AWAY = 503


@dataclass
class Neighbours:
    """What each of them answers in one city. `away` are the names of those that do not."""

    process: Process
    city: str
    carriers: list[dict[str, Any]] = field(default_factory=list)
    status: str = "active"
    awards: list[dict[str, Any]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> "Neighbours":
        for name in ("registry", "funds", "vouchers"):
            answers(self.process, name, lambda path, name=name: self._answer(name, path))  # type: ignore[misc]
        return self

    def _answer(self, name: str, path: str) -> Answer:
        self.asked.append(name)
        if name in self.away:
            return AWAY
        if name == "registry":
            return self._organisation(path)
        assert path == "/internal/eligibility-facts"
        if name == "funds":
            return _agreed(PaymentFacts, {"organisation_id": str(OURS), "awards": self.awards, "paid": []})
        return _agreed(VoucherFacts, {"organisation_id": str(OURS), "issued": []})

    def _organisation(self, path: str) -> Answer:
        known = {
            OURS: {"city": self.city, "registered_by": PORTAL, "status": self.status},
            THEIRS: {"city": self.city, "registered_by": OTHER_PORTAL},
            ELSEWHERE: {"city": "420100", "registered_by": PORTAL},
        }
        for organisation, facts in known.items():
            if f"/{organisation}" in path:
                found = an_organisation(organisation.int, **facts)
                whole = path.endswith("/eligibility-facts")
                return _agreed(OrganisationFacts, found | {"carriers": self.carriers}) if whole else found
        return 404


def _agreed(model: Any, answer: dict[str, Any]) -> Mapping[str, Any]:
    """Of the agreed shape, or the test is about nothing."""
    model.model_validate(answer)
    return answer


def a_carrier(carrier_id: UUID = CARRIER, **more: Any) -> dict[str, Any]:
    known = {
        "id": str(carrier_id), "kind": "makerspace", "name": "云创众创空间", "facts": FACTS,
        "levels": [], "pending": [],
    }  # fmt: skip
    return known | more


def portal(neighbours: Neighbours, subject: str = PORTAL, **identity: Any) -> httpx2.AsyncClient:
    return neighbours.process.as_(subject, "portal", city=neighbours.city, **identity)


def officer(neighbours: Neighbours) -> httpx2.AsyncClient:
    return neighbours.process.as_("person:officer-1", "officer", city=neighbours.city)


def a_consent(city: str, organisation: UUID = OURS, days: int = 30) -> dict[str, Any]:
    return {
        "organisation_id": encode_id("org", organisation),
        "purpose": "eligibility_scan",
        "evidence": {"title": "授权书", "reference": "授权-2026-0117"},
        "valid_until": (today(city) + timedelta(days=days)).isoformat(),
    }


async def consented(neighbours: Neighbours, **consent: Any) -> dict[str, Any]:
    async with portal(neighbours) as client:
        answer = await client.post(CONSENTS, json=a_consent(neighbours.city, **consent))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def scan(client: httpx2.AsyncClient, organisation: UUID = OURS, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await client.post(SCANS, json={"organisation_id": encode_id("org", organisation)} | body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def result_of(scanned: Mapping[str, Any], programme: str) -> dict[str, Any]:
    (found,) = (result for result in scanned["results"] if result["programme"] == programme)
    return dict(found)
