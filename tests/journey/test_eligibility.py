"""An organisation's chances through the gateway: no consent no scan, then what is missing, and who may not look."""

from typing import Any

import httpx2
import pytest

from devtools.demo.cast import Refused, client_with_secret
from devtools.demo.recognition import register_firm
from devtools.demo.stage import Stage, set_the_stage
from kernel.ids import encode_id, new_id

pytestmark = pytest.mark.timeout(400)
SCANS, CONSENTS, KEY = "/v1/window/eligibility/scans", "/v1/window/consents", "recognition.key_makerspace"
FACTS = {"tenants": 18, "operating_months": 30, "full_time_staff": 5, "mentors": 6}
PLACE = {"address": "徐州市云龙区和平路57号A座", "district_code": "320303", "area_sqm": 1200, "seats": 80}


@pytest.fixture(scope="module")
def stage(gateway: httpx2.Client, bootstrap_secret: str) -> Stage:
    return set_the_stage(gateway, bootstrap_secret)


@pytest.fixture(scope="module")
def firm(stage: Stage) -> str:
    """With a makerspace that has all a key makerspace needs but two residents."""
    firm = register_firm(stage, "徐州鼓楼众创空间有限公司", "91320300MA1MABC26L")
    body = {"kind": "makerspace", "name": "鼓楼众创", "operator_id": firm, "premises": [PLACE], "facts": FACTS}
    stage.portal.post("/v1/registry/carriers", body)
    return firm


def refused(call: object) -> tuple[int, str]:
    with pytest.raises(Refused) as refusal:
        call()  # type: ignore[operator]
    return refusal.value.status, refusal.value.code


def test_a_portal_scans_for_an_organisation_that_consented(stage: Stage, firm: str) -> None:
    def scan(**more: object) -> dict[str, Any]:
        found: dict[str, Any] = stage.portal.post(SCANS, {"organisation_id": firm} | more)
        return found

    assert refused(scan) == (403, "consent_required")
    evidence = {"title": "政策匹配查询授权书", "reference": "授权-2026-0117"}
    asked = {"organisation_id": firm, "purpose": "eligibility_scan", "evidence": evidence}
    consent = stage.portal.post(CONSENTS, asked | {"valid_until": stage.today.isoformat()})

    before = key_makerspace(scan())
    assert before["status"] == "not_open"
    stage.set_parameters(before["open_parameters"])
    near = key_makerspace(scan())
    assert (near["status"], [(c["fact"], c["actual"], c["needed"]) for c in near["changes"]]) == (
        "nearly", [("tenants", 18, 20)],
    )  # fmt: skip
    assert [item["apply_at"] for item in near["items"]] == ["/v1/window/cases"]

    carrier = stage.portal.get("/v1/registry/carriers", operator_id=firm)["items"][0]
    patched = stage.http.patch(
        f"/v1/registry/carriers/{carrier['id']}",
        json={"facts": FACTS | {"tenants": 20}},
        headers=stage.portal.headers() | {"If-Match": '"v1"'},
    )
    assert patched.status_code == 200, patched.text
    scanned = scan()
    assert scanned["sources_away"] == []
    assert key_makerspace(scanned)["status"] == "eligible"

    stage.portal.post(f"{CONSENTS}/{consent['id']}/withdrawal", {})
    assert refused(scan) == (403, "consent_required")
    records = stage.auditor.get(SCANS, organisation_id=firm)["items"]
    assert [record["consent_id"] for record in records] == [consent["id"]] * 3
    assert stage.officer_1.post(SCANS, {"organisation_id": firm})["basis"] == "duty"


def test_who_does_not_act_for_an_organisation_learns_nothing_of_it(
    stage: Stage, firm: str, gateway: httpx2.Client, bootstrap_secret: str
) -> None:
    made = stage.operator.post_once_shown("/v1/window/clients", {"kind": "portal", "name": "另一门户"})
    other_portal = client_with_secret(gateway, "other", made["client_id"], made["client_secret"])
    other_city = set_the_stage(gateway, bootstrap_secret)
    for portal in (other_portal, other_city.portal, other_city.officer_1):
        assert refused(lambda portal=portal: portal.post(SCANS, {"organisation_id": firm})) == (404, "not_found")
    unknown = encode_id("org", new_id())
    for actor in (stage.portal, stage.officer_1):
        assert refused(lambda actor=actor: actor.post(SCANS, {"organisation_id": unknown})) == (404, "not_found")


def key_makerspace(scanned: dict[str, Any]) -> dict[str, Any]:
    results: list[dict[str, Any]] = scanned["results"]
    (found,) = (result for result in results if result["programme"] == KEY)
    return found
