"""容缺受理: accepted on a promise, reviewed meanwhile, not decided before the documents have come, ended when late."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.window.supplements import service
from gateway.window.supplements.lapsing import lapse
from gateway.window.supplements.service import SUPPLEMENT_ENDS
from gateway.window.supplements.states import Standing
from kernel.ids import decode_id
from kernel.timers import Timer
from tests.builders.neighbours import alone, answers
from tests.builders.processes import Process
from tests.service.window.rig import CASES, OTHER_PORTAL, OURS, PORTAL, On, a_case, a_city, set_values, told
from tests.service.window.test_case_clock import with_a_notice_for_2027
from tests.service.window.test_cases import handle, read
from tests.service.window.test_deciding import GRANTED, act, codes, handed_in

pytestmark = pytest.mark.anyio
ITEM = "recognition__key_makerspace__"
ASKED = {
    f"{ITEM}documents": ["application_form", "premises_proof", "tenant_list"],
    f"{ITEM}minor_documents": ["premises_proof", "tenant_list"],
    f"{ITEM}promised_working_days": 20,
}
HELD = ["application_form", "premises_proof"]
PROMISE = {"documents": ["tenant_list"], "reference": "files/promise.pdf"}
CLEAN = {"credit": {"has_unrepaired_record": False, "source": "信用中国,2026年11月20日查询"}}
BROUGHT = {"documents": [{"kind": "tenant_list", "reference": "files/tenants.pdf"}]}


def barred(window: Process, until: str | None = None) -> None:
    facts = {"organisation_id": str(OURS), "issued": [], "barred_until": until}
    answers(window, "vouchers", lambda _path: facts)


async def lacking(window: Process, city: str, **values: Any) -> dict[str, Any]:
    """A case that lacks one minor document, of an applicant nobody has barred."""
    await set_values(window, city, **ASKED | values)
    barred(window)
    return await a_case(window, city, documents=HELD)


async def applicant(
    window: Process, city: str, case: dict[str, Any], act: str, body: dict[str, Any], who: str = PORTAL
) -> Any:
    async with window.as_(who, "portal", city=city) as portal:
        return await portal.post(f"{CASES}/{case['id']}/{act}", json=body)


async def accepted(window: Process, city: str, **more: Any) -> dict[str, Any]:
    """A case that was accepted on a promise."""
    case = await lacking(window, city)
    promised = (await applicant(window, city, case, "promise", PROMISE)).json()
    assert (promised["supplement"]["status"], promised["version"]) == ("promised", case["version"] + 1)
    assert await listed(window, city) == ["promised"]
    answer = await handle(window, city, case, "conditional-acceptance", CLEAN | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(window: Process, city: str) -> list[str]:
    """In which lists of promises an officer finds the city's one case."""
    async with window.as_("person:officer-1", "officer", city=city) as officer:
        found = {one: (await officer.get(CASES, params={"supplement": one})).json()["items"] for one in Standing}
    return [one.value for one, lines in found.items() if lines]


async def test_it_is_accepted_on_a_promise_and_decided_when_that_is_kept(window: Process, city: str) -> None:
    case = await accepted(window, city, working_days=5)
    held = case["supplement"]
    assert await listed(window, city) == ["awaited"]
    assert (case["status"], held["status"], held["promised"]) == ("accepted", "awaited", ["tenant_list"])
    assert [(one["id"], bool(one["zh"]), bool(one["en"])) for one in held["documents"]] == [("tenant_list", True, True)]
    assert held["due_on"] < case["clock"]["due_on"]
    assert (case["waiting"]["holder"], case["waiting"]["until"]) == ("service", held["due_on"])
    (fact,) = await told(window, city, "case.accepted")
    assert [one["kind"] for one in fact.data["awaits"]] == ["tenant_list"]
    (awaited,) = await told(window, city, "case.supplement_awaited")
    assert (awaited.data["due_on"], awaited.data["documents"]) == (held["due_on"], ["tenant_list"])

    strange = await applicant(window, city, case, "supplement", {"documents": [{"kind": "map", "reference": "m"}]})
    assert [error["pointer"] for error in strange.json()["errors"]] == ["/documents/0/kind"]
    assert (await applicant(window, city, case, "supplement", BROUGHT, OTHER_PORTAL)).status_code == 404
    whole = (await applicant(window, city, case, "supplement", BROUGHT)).json()
    assert (whole["supplement"]["status"], whole["waiting"]["until"]) == ("supplied", None)
    assert [document["kind"] for document in whole["documents"]] == [*HELD, "tenant_list"]
    assert whole["changes"] == [{"pointer": "/documents/tenant_list", "before": None, "after": "files/tenants.pdf"}]
    (supplemented,) = await told(window, city, "case.supplemented")
    assert supplemented.data == fact.data | {"awaits": []}
    assert await listed(window, city) == ["supplied"]
    again = await applicant(window, city, case, "supplement", BROUGHT)
    assert (again.status_code, again.json()["code"]) == (409, "no_supplement_awaited")
    async with window.as_(PORTAL, "portal", city=city) as portal:
        lines = (await portal.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert [line["type"] for line in lines] == [
        "case.opened", "case.supplement_promised", "case.accepted", "case.supplement_awaited", "case.supplemented",
    ]  # fmt: skip


async def test_two_documents_come_together(window: Process, city: str) -> None:
    await set_values(window, city, **ASKED)
    barred(window)
    case = await a_case(window, city, documents=HELD[:1])
    both = PROMISE | {"documents": ["tenant_list", "premises_proof", "tenant_list"]}
    assert (await applicant(window, city, case, "promise", both)).json()["supplement"]["promised"] == both["documents"][
        :2
    ]
    assert (await handle(window, city, case, "conditional-acceptance", CLEAN)).status_code == 200
    half = await applicant(window, city, case, "supplement", BROUGHT)
    assert (half.status_code, half.json()["code"]) == (409, "supplement_incomplete")
    assert [reason["facts"]["document"] for reason in half.json()["reasons"]] == ["premises_proof"]


async def test_a_promise_nobody_can_accept_on_any_more_is_in_no_list(window: Process, city: str) -> None:
    case = await lacking(window, city)
    assert (await applicant(window, city, case, "promise", PROMISE)).status_code == 200
    assert await listed(window, city) == ["promised"]
    assert (await applicant(window, city, case, "withdrawal", {})).status_code == 200
    assert await listed(window, city) == []
    assert (await applicant(window, city, case, "promise", PROMISE)).json()["code"] == "move_not_allowed"
    late = await handle(window, city, case, "conditional-acceptance", CLEAN)
    assert (late.status_code, late.json()["code"]) == (409, "move_not_allowed")


async def test_a_resubmission_does_not_widen_what_was_promised(window: Process, city: str) -> None:
    """The correction brings the main document and takes a minor one back that nobody promised."""
    case = await lacking(window, city)
    assert (await applicant(window, city, case, "promise", PROMISE)).status_code == 200
    notice = {"items": [{"pointer": "/documents/tenant_list", "text": "缺入驻清单"}]}
    asked = (await handle(window, city, case, "correction", notice)).json()
    body = {"form": case["form"], "documents": [{"kind": "application_form", "reference": "files/form.pdf"}]}
    async with window.as_(PORTAL, "portal", city=city) as portal:
        path, match = f"{CASES}/{case['id']}/resubmission", {"If-Match": f'"v{asked["version"]}"'}
        assert (await portal.post(path, json=body, headers=match)).status_code == 200
    refused = await handle(window, city, case, "conditional-acceptance", CLEAN)
    assert [reason["facts"].get("document") for reason in refused.json()["reasons"]] == ["premises_proof"]
    both = PROMISE | {"documents": ["premises_proof", "tenant_list"]}
    assert (await applicant(window, city, case, "promise", both)).status_code == 200
    assert (await handle(window, city, case, "conditional-acceptance", CLEAN)).status_code == 200
    brought = {"documents": [{"kind": kind, "reference": "files/it.pdf"} for kind in both["documents"]]}
    whole = (await applicant(window, city, case, "supplement", brought)).json()
    assert (whole["supplement"]["status"], len(whole["documents"])) == ("supplied", 3)


async def test_what_cannot_be_promised_is_refused_with_all_reasons(window: Process, city: str) -> None:
    await set_values(window, city, **ASKED | {f"{ITEM}minor_documents": ["tenant_list"]})
    case = await a_case(window, city, documents=["application_form"])
    async with window.as_(PORTAL, "portal", city=city) as portal:
        item = (await portal.get("/v1/window/catalogue/recognise-key-makerspace")).json()
    assert (item["documents"]["minor"], item["open_parameters"].count(item["documents"]["minor_parameter"])) == (
        ["tenant_list"], 0,
    )  # fmt: skip
    main = await applicant(window, city, case, "promise", PROMISE)
    assert (main.status_code, main.json()["code"], codes(main)) == (409, "promise_refused", ["document_missing"])
    assert main.json()["reasons"][0]["facts"] == {"document": "premises_proof", "may_follow": False}
    held = await applicant(window, city, case, "promise", PROMISE | {"documents": ["application_form"]})
    assert [(one["pointer"], one["code"]) for one in held.json()["errors"]] == [("/documents/0", "literal_error")]


async def test_without_a_term_of_the_item_there_is_no_promise(window: Process, city: str) -> None:
    await set_values(window, city, **{name: value for name, value in ASKED.items() if "promised" not in name})
    case = await a_case(window, city, documents=HELD)
    refused = await applicant(window, city, case, "promise", PROMISE)
    assert (codes(refused), refused.json()["reasons"][0]["clauses"]) == (["parameter_open"], ["XZ-39"])


async def test_acceptance_on_a_promise_is_refused_with_all_reasons(window: Process, city: str) -> None:
    case = await lacking(window, city)
    barred(window, "2099-12-31")
    found = {"working_days": 21, "credit": {"has_unrepaired_record": True, "source": "信用中国"}}
    refused = await handle(window, city, case, "conditional-acceptance", found)
    assert (refused.status_code, refused.json()["code"]) == (409, "conditional_acceptance_refused")
    assert codes(refused) == [
        "document_not_promised", "supplement_term_too_long", "credit_unrepaired", "applicant_barred",
    ]  # fmt: skip
    assert (await read(window, city, case))["status"] == "submitted"
    whole = await a_case(window, city, documents=[*HELD, "tenant_list"])
    complete = await handle(window, city, whole, "conditional-acceptance", CLEAN)
    assert (complete.status_code, complete.json()["code"]) == (409, "file_complete")
    needless = await applicant(window, city, whole, "promise", PROMISE)
    assert (needless.status_code, needless.json()["code"]) == (409, "file_complete")


async def test_the_bar_of_one_that_was_merged_into_the_applicant_counts(window: Process, city: str) -> None:
    case = await lacking(window, city)
    assert (await applicant(window, city, case, "promise", PROMISE)).status_code == 200
    group = alone(str(OURS), city) | {"predecessors": [str(UUID(int=9))]}
    answers(window, "registry", lambda _path: group)
    facts = {"organisation_id": str(OURS), "issued": []}
    told = iter([facts, facts | {"barred_until": "2099-12-31"}])
    answers(window, "vouchers", lambda _path: next(told))
    refused = await handle(window, city, case, "conditional-acceptance", CLEAN)
    assert (refused.status_code, codes(refused)) == (409, ["applicant_barred"])


async def test_nobody_is_believed_while_the_vouchers_cannot_be_asked(window: Process, city: str) -> None:
    case = await lacking(window, city)
    answers(window, "vouchers", lambda _path: 503)
    answer = await handle(window, city, case, "conditional-acceptance", CLEAN)
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)


async def test_the_window_itself_decides_nothing_before_the_documents_have_come(window: Process) -> None:
    city = await a_city(window, pack_id="liuzhou")
    documents = ["application_form", "address_proof", "identity_proof"]
    values = {"documents": documents, "minor_documents": documents[1:2], "promised_working_days": 3}
    await set_values(window, city, **{f"registration__company__{name}": value for name, value in values.items()})
    barred(window)
    kinds = [documents[0], documents[2]]
    case = await handed_in(window, city, "register-company", documents=kinds)
    promised = PROMISE | {"documents": documents[1:2]}
    assert (await applicant(window, city, case, "promise", promised)).status_code == 200
    assert (await act(window, city, case, "conditional-acceptance", CLEAN, who="1")).status_code == 200
    reasons = {"reasons": [{"text": "不符合登记条件", "clause": None}]}
    for outcome in (GRANTED, {"outcome": "refused"} | reasons):
        early = await act(window, city, case, "decision", outcome)
        assert (early.status_code, early.json()["code"], codes(early)) == (
            409, "supplement_awaited", ["document_awaited"],
        )  # fmt: skip
    brought = {"documents": [{"kind": documents[1], "reference": "files/address.pdf"}]}
    assert (await applicant(window, city, case, "supplement", brought)).status_code == 200
    assert (await act(window, city, case, "decision", GRANTED)).json()["outcome"] == "granted"


async def fires(window: Process, case: dict[str, Any]) -> None:
    """The timer of the promise, as its runner would."""
    wanted = (Timer.kind == SUPPLEMENT_ENDS, Timer.object_id == str(decode_id("case", case["id"])))
    async with window.app.state.sessions() as session, session.begin():
        await lapse(session, await session.scalar(select(Timer).where(*wanted)))


async def test_a_promise_that_is_not_kept_ends_the_case(window: Process, city: str, on: On) -> None:
    on(date(2026, 11, 20))
    case = await accepted(window, city, working_days=5)
    assert case["supplement"]["due_on"] == "2026-11-27"
    on(date(2026, 11, 28))
    late = await applicant(window, city, case, "supplement", BROUGHT)
    assert (late.status_code, late.json()["code"]) == (409, "supplement_late")
    await fires(window, case)
    ended = await read(window, city, case)
    assert (ended["status"], ended["outcome"], ended["supplement"]["status"]) == ("withdrawn", "lapsed", "lapsed")
    assert (ended["supplement"]["lapsed_on"], ended["waiting"]) == ("2026-11-28", None)
    (fact,) = await told(window, city, "case.supplement_lapsed")
    assert (fact.data["service"], fact.data["documents"]) == ("registry", ["tenant_list"])
    (closed,) = await told(window, city, "case.closed")
    assert closed.data["outcome"] == "lapsed"
    assert await listed(window, city) == ["lapsed"]
    assert (await applicant(window, city, case, "supplement", BROUGHT)).json()["code"] == "no_supplement_awaited"


async def test_it_does_not_lapse_before_the_day_it_has_become(
    window: Process, city: str, on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told until 5 January; the notice for 2027 has the 4th rest, so on the 6th it still comes in time."""
    on(date(2026, 12, 1))
    await set_values(window, city, **ASKED)
    on(date(2026, 12, 28))
    case = await accepted(window, city, working_days=5)
    assert (case["supplement"]["due_on"], case["supplement"]["due_provisional"]) == ("2027-01-05", True)
    monkeypatch.setattr(service, "workdays", with_a_notice_for_2027(rests=(date(2027, 1, 4),)))
    on(date(2027, 1, 6))
    await fires(window, case)
    moved = (await read(window, city, case))["supplement"]
    assert (moved["status"], moved["due_on"], moved["due_provisional"]) == ("awaited", "2027-01-06", False)
    assert [fact.data["due_on"] for fact in await told(window, city, "case.supplement_awaited")] == [
        "2027-01-05", "2027-01-06",
    ]  # fmt: skip
    assert (await applicant(window, city, case, "supplement", BROUGHT)).status_code == 200
