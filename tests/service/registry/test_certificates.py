"""Certificates on paper and offline: the PDF with its signed data, the QR code's address, the verifying script."""

import json
import re
import zlib
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from services.registry.certificates import paper
from services.registry.certificates.lettering import legible
from services.registry.certificates.paper import certificate_paper
from services.registry.certificates.schemas import CertificateOut
from services.registry.certificates.words import LACKING, Language
from tests.builders.offline import Stranger
from tests.builders.processes import Process
from tests.builders.registry import PORTAL, THIRD, City, a_city, a_form, answered, refused

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def recognised(process: Process) -> tuple[City, dict[str, Any]]:
    """A city and a recognition in it that all who only read its papers share."""
    city = await a_city(process)
    return city, await city.recognised()


@pytest.fixture
def city(recognised: tuple[City, dict[str, Any]]) -> City:
    return recognised[0]


@pytest.fixture
def recognition(recognised: tuple[City, dict[str, Any]]) -> dict[str, Any]:
    return recognised[1]


def attached(pdf: bytes) -> list[bytes]:
    """Every stream of the file, unpacked."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return found


async def documents(city: City, recognition: dict[str, Any]) -> dict[str, Any]:
    number = recognition["certificate_number"]
    return {
        "keys": answered(await city.ask("keys")),
        "certificate": answered(await city.ask(f"certificates/{number}")),
        "standing": answered(await city.ask(f"certificates/{number}/verification")),
        "proof": answered(await city.ask(f"carriers/{recognition['carrier_id']}/proof", on="2026-09-09")),
    }


async def test_certificate_standing_and_proof_verify_offline_with_the_key_set_alone(
    city: City, recognition: dict[str, Any], stranger: Stranger
) -> None:
    assert [stranger.imports(one) for one in ("joserfc", "pydantic", "services", "kernel")] == [True, *[False] * 3]
    files = await documents(city, recognition)
    keys = files.pop("keys")
    assert {"d", "k"}.isdisjoint(*keys["keys"])  # public keys alone
    for name, document in files.items():
        code, told = stranger.verifies(keys, document)
        assert (code, told.splitlines()[0]) == (0, "VERIFIED 已核验"), name


async def test_a_changed_byte_anywhere_fails_and_so_does_another_key(
    city: City, recognition: dict[str, Any], stranger: Stranger
) -> None:
    files = await documents(city, recognition)
    certificate, proof = files["certificate"], files["proof"]
    signature = certificate["signature"]
    wrong = [
        certificate | {"statement": certificate["statement"] | {"level": "national"}},
        certificate | {"statement": certificate["statement"] | {"valid_until": "2099-12-31"}},
        certificate | {"number": certificate["number"][:-1] + "X"},
        certificate | {"issued_on": "2026-09-10"},
        certificate | {"signature": signature[:-2] + ("A" if signature[-2] != "A" else "B") + signature[-1]},
        certificate | {"key_id": "another"},
        certificate | {"unprinted": ["U+20BB7"]},
        proof | {"recognised": False},
        proof | {"level": "national"},
        proof | {"on": "2026-09-08"},
        proof | {"statement": proof["statement"] | {"on": "2026-09-08"}, "on": "2026-09-08"},
        files["standing"] | {"certificate": certificate | {"issued_on": "2026-09-10"}},
    ]
    right = [certificate, proof, files["standing"]]
    assert stranger.verdicts(files["keys"], [*right, *wrong]) == [0] * len(right) + [1] * len(wrong)
    unsigned = {"keys": [files["keys"]["keys"][0] | {"x": files["keys"]["keys"][0]["y"]}]}
    assert stranger.verifies(unsigned, certificate)[0] != 0
    assert stranger.verifies(files["keys"], {"statement": 1})[0] == 2


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_paper_is_a_pdf_with_the_signed_data_attached(
    city: City, recognition: dict[str, Any], stranger: Stranger, language: str
) -> None:
    number = recognition["certificate_number"]
    answer = await city.ask(f"certificates/{number}.pdf", language=language)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content[:5] == b"%PDF-"
    again = await city.ask(f"certificates/{number}.pdf", language=language)
    assert again.content == answer.content  # the same certificate, the same bytes
    inside = [json.loads(one) for one in attached(answer.content) if one.startswith(b"{")]
    certificate = answered(await city.ask(f"certificates/{number}"))
    assert inside == [certificate]
    assert stranger.verifies(answered(await city.ask("keys")), inside[0])[0] == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("upper", [None, {"authority": "江苏省科技厅", "number": "苏科高发〔2026〕1号" * 15}])
async def test_names_as_long_as_names_may_be_stand_on_one_page(
    city: City, recognition: dict[str, Any], language: Language, upper: dict[str, str] | None
) -> None:
    given = answered(await city.ask(f"certificates/{recognition['certificate_number']}"))
    statement = given["statement"] | {"upper_document": upper, "valid_until": "2029-09-09", "replaces": given["number"]}
    statement |= {of: statement[of] | {"name": "徐州云龙湖" * 40} for of in ("carrier", "operator")}
    kept = SimpleNamespace(
        number=given["number"],
        city_code=city.code,
        issued_on=date.fromisoformat(given["issued_on"]),
        statement=statement,
    )
    page = certificate_paper(kept, b"{}", language=language, verify_at="https://window.example.gov.cn/v1/registry")
    assert re.findall(rb"/Type/Pages/Count (\d+)", page) == [b"1"]


async def test_a_character_the_typeface_lacks_is_told_by_its_code_point(
    city: City, recognition: dict[str, Any]
) -> None:
    """Of names of people and firms: an empty box says nothing, another character something false."""
    given = answered(await city.ask(f"certificates/{recognition['certificate_number']}"))
    assert given["unprinted"] == []
    assert legible("王𠮷堃喆赟䶮㛃 Čapek · ひ") == "王[U+20BB7]堃喆赟䶮㛃 Čapek · ひ"
    assert legible("葛\U000e0100飾") == "葛\U000e0100飾"  # which form of it is meant, and no character of its own
    statement = given["statement"] | {"operator": {"name": "徐州𠮷祥有限公司", "credit_code": None}}
    assert CertificateOut.model_validate(given | {"statement": statement}).unprinted == ["U+20BB7"]
    kept = SimpleNamespace(number="1", city_code=city.code, issued_on=date(2026, 9, 9), statement=statement)
    for language in ("zh", "en"):
        page = paper._page(kept, language, "https://window.example.gov.cn")
        assert ("徐州[U+20BB7]祥有限公司" in dict(page["rows"]).values(), "[" in page["carrier"]) == (True, False)
        assert page["hint"].endswith(LACKING[language])


async def test_whoever_holds_the_paper_asks_how_it_stands_without_a_token(
    process: Process, city: City, recognition: dict[str, Any]
) -> None:
    number = recognition["certificate_number"]
    path = f"/v1/registry/certificates/{number}/verification"
    async with process.client() as anybody:
        told = answered(await anybody.get(path))
        other = "0" if number[-1] != "0" else "1"
        assert (await anybody.get(path.replace(number, number[:-1] + other))).status_code == 404
        assert (await anybody.get(path.replace(number, "x"))).status_code == 422
        assert (await anybody.get(f"/v1/registry/certificates/{number}.pdf")).status_code == 401
    assert (told["standing"], told["on"], told["ended_on"]) == ("in_force", "2026-09-09", None)
    assert told["statement"]["standing"] == "in_force"
    assert told["certificate"]["statement"]["issuer"] == {
        "zh": "徐州市科技局", "en": "Municipal Science and Technology Bureau",
    }  # fmt: skip


async def test_a_certificate_of_another_city_is_not_printed(process: Process, recognition: dict[str, Any]) -> None:
    number = recognition["certificate_number"]
    stranger = await a_city(process)
    assert (await stranger.ask(f"certificates/{number}.pdf")).status_code == 404


async def test_a_dissolved_operator_gets_no_certificate_not_even_a_renewed_one(process: Process) -> None:
    """ZZ-09: 有效期由认定办法定。A certificate for a dissolved operator is a named refusal at the renewal too."""
    city = await a_city(process, pack="zhuzhou")
    form = a_form(yearly_events=12)
    recognition = await city.recognised(form, item="recognise-makerspace")
    path = f"recognitions/{recognition['id']}/renewals"
    evidence = [{"title": "续期核查记录", "reference": "2029-1"}]
    renewal = await city.send(path, {"evidence": evidence, "opinion": "仍符合"})
    assert renewal.status_code == 201, renewal.text
    async with city.officer() as officer:
        firm = f"/v1/registry/organisations/{recognition['applicant_id']}"
        version = (await officer.get(firm)).headers["etag"]
        gone = {"on": "2026-09-09", "reason": "注销公告"}
        answered(await officer.post(f"{firm}/deregistration", json=gone, headers={"If-Match": version}))
    decision = {"outcome": "grant", "reason": "符合"}
    answer = await city.send(f"{path}/{renewal.json()['id']}/decision", decision, by=THIRD)
    assert refused(answer) == ["operator_deregistered"]


async def test_a_term_that_ran_out_ends_the_level_by_the_clock(process: Process, stranger: Stranger) -> None:
    """ZZ-09: the measure's validity; a proof says recognised up to the last day, and not one day longer."""
    city = await a_city(process, pack="zhuzhou")
    recognition = await city.recognised(a_form(yearly_events=12), item="recognise-makerspace")
    number, carrier = recognition["certificate_number"], recognition["carrier_id"]
    certificate = answered(await city.ask(f"certificates/{number}"))
    assert certificate["statement"]["valid_until"] == "2029-09-08"
    assert certificate["statement"]["way"] == "certification"

    await city.set_clock(date(2029, 9, 8), time(23, 59))
    told = answered(await city.ask(f"certificates/{number}/verification"))
    assert (told["standing"], told["valid_until"]) == ("in_force", "2029-09-08")
    await city.set_clock(date(2029, 9, 9), time(0, 1))
    # Whether or not the timer has fired yet, the level does not stand today.
    assert answered(await city.ask(f"carriers/{carrier}/proof", on="2029-09-09"))["recognised"] is False
    await city.until(f"/v1/registry/recognitions/{recognition['id']}/upkeep", lambda found: found["ended_on"])
    ended = await city.facts("carrier.recognition_ended")
    assert [(one["cause"], one["ended_on"], one["certificate_number"]) for one in ended] == [
        ("expired", "2029-09-09", number)
    ]
    assert answered(await city.ask(f"certificates/{number}/verification"))["standing"] == "ended"
    last_day = answered(await city.ask(f"carriers/{carrier}/proof", on="2029-09-08"))
    assert (last_day["recognised"], last_day["statement"]["levels"][0]["valid_until"]) == (True, "2029-09-08")
    keys = answered(await city.ask("keys"))
    assert stranger.verifies(keys, last_day)[0] == 0


async def test_the_portal_reads_its_own_paper(city: City, recognition: dict[str, Any]) -> None:
    answer = await city.ask(f"certificates/{recognition['certificate_number']}.pdf", by=PORTAL)
    assert answer.headers["content-disposition"].endswith(f'{recognition["certificate_number"]}.pdf"')
