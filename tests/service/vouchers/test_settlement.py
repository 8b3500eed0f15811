"""What a provider is owed for a period: each redemption in one statement, shown, confirmed by a second person."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from kernel.timers import Timer
from kernel.workbooks import read_sheets
from policy.calendar import workdays
from services.vouchers.settlement import service
from tests.builders.vouchers import HOLDER, PROVIDER, Wuhan

pytestmark = pytest.mark.anyio
FIRST, SECOND = "person:finance-1", "person:finance-2"
STANDING = ("status", "lines", "redeemed_fen", "reversed_fen", "total_fen")


def codes_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


class Books:
    """A tranche with redemptions of 1,500,000 fen that funds has booked."""

    def __init__(self, wuhan: Wuhan) -> None:
        self.wuhan, self.tranche, self.code = wuhan, "", ""

    async def open(self) -> "Books":
        self.tranche, _, self.code = await self.wuhan.a_voucher()
        return self

    async def redeem(self, *, told: bool = True) -> dict[str, Any]:
        done: dict[str, Any] = (await self.wuhan.redeem(self.wuhan.a_claim(self.code))).json()
        await self.wuhan.book(done, self.tranche)
        if told:
            assert await self.wuhan.tell_booked(done, self.tranche) == "done"
        return done

    async def post(
        self, path: str, body: Any = None, *, by: str = FIRST, version: int = 0, role: str = "finance"
    ) -> httpx2.Response:
        headers = {"Idempotency-Key": new_id().hex} | ({"If-Match": f'"v{version}"'} if version else {})
        async with self.wuhan.as_(by, role) as person:
            return await person.post(f"/v1/vouchers/{path}", json=body, headers=headers)

    async def draw(self, organisation: UUID = PROVIDER, until_on: date | None = None) -> httpx2.Response:
        body = {
            "tranche_id": self.tranche,
            "organisation_id": encode_id("org", organisation),
            "until_on": (until_on or self.wuhan.today).isoformat(),
        }
        return await self.post("settlements", body)

    async def find(self, redemption: dict[str, Any], amount_fen: int) -> tuple[str, httpx2.Response]:
        body = {
            "redemption_id": redemption["id"], "kind": "invoice_cancelled", "amount_fen": amount_fen,
            "reason": "发票已红冲", "evidence": ["红字信息表"],
        }  # fmt: skip
        found = await self.post("findings", body, by="person:officer-2", role="officer")
        return f"findings/{found.json().get('id')}", found

    async def reverse(self, redemption: dict[str, Any], amount_fen: int) -> None:
        path, _ = await self.find(redemption, amount_fen)
        answer = await self.post(f"{path}/confirm", by="person:officer-3", role="officer", version=1)
        assert answer.status_code == 200, answer.text

    async def confirmed(self) -> tuple[str, dict[str, Any]]:
        """A statement of one redemption that a second person let be paid."""
        redeemed = await self.redeem()
        settlement = (await self.draw()).json()["id"]
        await self.post(f"settlements/{settlement}/publish", {}, version=1)
        answer = await self.post(f"settlements/{settlement}/confirm", by=SECOND, version=2)
        assert answer.status_code == 200, answer.text
        return settlement, redeemed

    async def told_funds(self) -> dict[str, Any]:
        """The one confirmed statement, as it leaves."""
        wanted = select(OutboxEvent.data).where(
            OutboxEvent.city_code == self.wuhan.code, OutboxEvent.type == "voucher.settlement_confirmed"
        )
        async with self.wuhan.process.app.state.sessions() as session:
            return dict((await session.scalars(wanted)).one())

    async def tell(self, kind: str, data: dict[str, Any]) -> str:
        outcome: str = (await self.wuhan.process.tell(kind, data, city=self.wuhan.code))["outcome"]
        return outcome

    async def seen(self, settlement: str) -> dict[str, Any]:
        async with self.wuhan.as_("person:auditor-1", "auditor") as auditor:
            answer = await auditor.get(f"/v1/vouchers/settlements/{settlement}")
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def books(wuhan: Wuhan) -> Books:
    return await Books(wuhan).open()


async def test_each_booked_redemption_stands_in_one_statement(books: Books) -> None:
    assert codes_of(await books.draw()) == ["nothing_to_settle"]
    first, _ = await books.redeem(), await books.redeem()
    await books.redeem(told=False)
    await books.reverse(first, 500_000)
    drawn = await books.draw()
    assert [drawn.json()[name] for name in STANDING] == ["draft", 3, 3_000_000, 500_000, 2_500_000]
    assert codes_of(await books.draw()) == ["nothing_to_settle"]
    seen = await books.seen(drawn.json()["id"])
    assert seen["control"] == {
        "settled_fen": 2_500_000, "in_statements_fen": 2_500_000, "not_in_statements_fen": 0, "agrees": True,
    }  # fmt: skip
    assert (await books.wuhan.agreement(books.tranche))["settled_fen"] == 2_500_000
    async with books.wuhan.provider() as provider:
        lines = (await provider.get(f"/v1/vouchers/settlements/{drawn.json()['id']}/lines")).json()["items"]
    assert sorted(line["amount_fen"] for line in lines) == [-500_000, 1_500_000, 1_500_000]


async def test_two_clerks_at_once_draw_it_up_once(books: Books) -> None:
    await books.redeem()
    answers = await asyncio.gather(books.draw(), books.draw(), books.draw())
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            told = answer.json()
            assert told["code"] == "settled_elsewhere" or told["reasons"][0]["code"] == "nothing_to_settle"


async def test_a_second_person_confirms_when_the_public_notice_is_over(books: Books) -> None:
    await books.redeem()
    drawn = (await books.draw()).json()
    path = f"settlements/{drawn['id']}"
    assert (await books.post(f"{path}/confirm", by=SECOND, version=1)).json()["code"] == "move_not_allowed"
    published = (await books.post(f"{path}/publish", {"notice_working_days": 5}, version=1)).json()
    until = date.fromisoformat(published["notice_until_on"])
    assert until == workdays().add(books.wuhan.today, 5).on
    async with books.wuhan.as_("client:portal", "portal", organisation=HOLDER) as anybody:
        (notice,) = (await anybody.get("/v1/vouchers/settlements/notices")).json()["items"]
        assert (await anybody.get(f"/v1/vouchers/{path}")).status_code == 404
    assert (notice["provider_name"], notice["total_fen"]) == ("武汉某检测有限公司", 1_500_000)
    assert "prepared_by" not in notice
    assert codes_of(await books.post(f"{path}/confirm", version=2)) == ["prepared_by_same_person", "notice_running"]
    await books.wuhan.move_clock((until - books.wuhan.today).days + 1)
    assert (await books.post(f"{path}/confirm", by=SECOND, version=1)).status_code == 412
    confirmed = (await books.post(f"{path}/confirm", by=SECOND, version=2)).json()
    assert (confirmed["status"], confirmed["confirmed_by"]) == ("confirmed", SECOND)
    assert (await books.post(f"{path}/withdraw", version=3)).json()["code"] == "move_not_allowed"
    async with books.wuhan.as_("client:portal", "portal", organisation=HOLDER) as anybody:
        assert (await anybody.get("/v1/vouchers/settlements/notices")).json()["items"] == []


async def test_a_provisional_last_day_of_the_notice_is_counted_again(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day was told before the year's notice was out: it may have become later, and is shown until then."""
    await books.redeem()
    settlement, today, shipped = (await books.draw()).json()["id"], books.wuhan.today, workdays()
    unknown = replace(shipped, last_year=today.year - 1)
    monkeypatch.setattr(service, "workdays", lambda: unknown)
    published = await books.post(f"settlements/{settlement}/publish", {"notice_working_days": 5}, version=1)
    until, later = (date.fromisoformat(published.json()["notice_until_on"]) + timedelta(days=n) for n in (0, 1))
    assert published.json()["notice_provisional"]
    fixed = {date(year, *day): False for year in (today.year, today.year + 1) for day in shipped.yearly_rest}
    rests = {**fixed, **shipped.exceptions, until: False, later: True}
    known = replace(shipped, exceptions=rests, last_year=today.year + 1)
    monkeypatch.setattr(service, "workdays", lambda: known)
    async with books.wuhan.process.app.state.sessions() as session, session.begin():
        timer = await session.scalar(select(Timer).where(Timer.object_id == str(decode_id("stm", settlement))))
        await service.end_notice(session, timer)
    seen = await books.seen(settlement)
    assert (seen["notice_until_on"], seen["notice_provisional"]) == (later.isoformat(), False)
    confirm = f"settlements/{settlement}/confirm"
    await books.wuhan.move_clock((later - today).days)
    assert codes_of(await books.post(confirm, by=SECOND, version=3)) == ["notice_running"]
    await books.wuhan.move_clock((later - today).days + 1)
    assert (await books.post(confirm, by=SECOND, version=3)).status_code == 200


async def test_nothing_is_confirmed_while_a_finding_waits_and_a_withdrawn_statement_frees_its_lines(
    books: Books,
) -> None:
    done = await books.redeem()
    drawn = (await books.draw()).json()
    path = f"settlements/{drawn['id']}"
    assert (await books.post(f"{path}/publish", {}, version=1)).json()["notice_until_on"] is None
    finding, _ = await books.find(done, 1_000_000)
    assert codes_of(await books.post(f"{path}/confirm", by=SECOND, version=2)) == ["finding_waiting"]
    await books.post(f"{finding}/confirm", by="person:officer-3", role="officer", version=1)
    assert codes_of(await books.post(f"{path}/confirm", by=SECOND, version=2)) == ["finding_waiting"]
    assert (await books.post(f"{path}/withdraw", version=2)).json()["status"] == "withdrawn"
    again = (await books.draw()).json()
    assert [again[name] for name in STANDING] == ["draft", 2, 1_500_000, 1_000_000, 500_000]
    assert (await books.seen(again["id"]))["control"]["agrees"]


async def test_what_a_confirmed_statement_lets_be_paid_is_not_reversed_here(books: Books) -> None:
    settlement, redeemed = await books.confirmed()
    _, found = await books.find(redeemed, 1_500_000)
    (reason,) = found.json()["reasons"]
    assert (reason["code"], reason["facts"]["settlement_id"]) == ("redemption_settled", settlement)
    assert codes_of(await books.draw()) == ["nothing_to_settle"]


async def test_funds_is_told_each_document_and_tells_when_the_provider_has_the_money(books: Books) -> None:
    settlement, redeemed = await books.confirmed()
    told = await books.told_funds()
    assert (told["redemption_ids"], told["finding_ids"]) == ([str(decode_id("rdm", redeemed["id"]))], [])
    assert (told["total_fen"], told["worked_on_by"]) == (1_500_000, [FIRST, SECOND])
    paid = {
        "settlement_id": told["settlement_id"], "organisation_id": told["organisation_id"],
        "payment_order_id": str(new_id()), "amount_fen": 1_500_000, "settled_on": "2027-02-01",
    }  # fmt: skip
    assert await books.tell("voucher_settlement.paid", paid) == "done"
    assert [(await books.seen(settlement))[name] for name in ("status", "paid_on")] == ["paid", "2027-02-01"]
    returned = {name: paid[name] for name in ("settlement_id", "organisation_id", "payment_order_id")}
    assert await books.tell("voucher_settlement.returned", returned) == "done"
    assert [(await books.seen(settlement))[name] for name in ("status", "paid_on")] == ["confirmed", None]
    annulled = {name: paid[name] for name in ("settlement_id", "organisation_id")} | {
        "reason": "所列一笔兑付被查实未提供服务"
    }
    assert await books.tell("voucher_settlement.annulled", annulled) == "done"
    assert (await books.seen(settlement))["status"] == "withdrawn"
    assert (await books.find(redeemed, 1_500_000))[1].status_code == 201, "what is not paid can be reversed"
    elsewhere = await books.wuhan.process.tell("voucher_settlement.paid", paid, city="320300")
    assert elsewhere["outcome"] == "failed"


async def test_the_workbook_says_the_same_as_the_statement(books: Books) -> None:
    done = await books.redeem()
    await books.reverse(done, 500_000)
    drawn = (await books.draw()).json()
    path = f"/v1/vouchers/settlements/{drawn['id']}"
    async with books.wuhan.provider() as provider, books.wuhan.as_(FIRST, "finance") as finance:
        own, seen = await provider.get(f"{path}/workbook"), (await provider.get(path)).json()
        answer = await finance.get(f"{path}/workbook")
    # Totals of the tranche are of all providers, and who made it is the city's own affair.
    assert (seen["control"], seen["prepared_by"], seen["total_fen"]) == (None, None, 1_000_000)
    assert "agrees" not in {row[0].split(" ", 1)[1] for row in read_sheets(own.content, rows_max=100)["结算单"]}
    assert (answer.status_code, answer.headers["content-type"].split(".")[-1]) == (200, "sheet")
    sheets = read_sheets(answer.content, rows_max=100)
    head = {row[0].split(" ", 1)[1]: row[1] for row in sheets["结算单"]}
    assert (head["statement"], head["total"], head["agrees"]) == (drawn["id"], "1000000", "一致 yes")
    assert [row[-1] for row in sheets["明细"][1:]] == ["1500000", "-500000", "1000000"]
    assert sheets["明细"][1][0] == done["id"]


async def test_who_draws_up_and_who_sees(books: Books) -> None:
    await books.redeem()
    tomorrow = await books.draw(until_on=books.wuhan.today + timedelta(days=1))
    assert codes_of(tomorrow) == ["period_not_over"]
    assert codes_of(await books.draw(HOLDER)) == ["nothing_to_settle"]
    unknown = await books.draw(UUID(int=9))
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/organisation_id")
    drawn = (await books.draw()).json()
    path = f"/v1/vouchers/settlements/{drawn['id']}"
    wrong = await books.post(f"settlements/{drawn['id']}/publish", {"notice_working_days": 0}, version=1)
    assert wrong.status_code == 422
    async with books.wuhan.officer() as officer, books.wuhan.provider(HOLDER) as other:
        assert (await officer.post("/v1/vouchers/settlements", json={})).status_code == 403
        assert (await officer.get(path)).headers["etag"] == '"v1"'
        assert [(await other.get(f"{path}{part}")).status_code for part in ("", "/lines", "/workbook")] == [404] * 3
        assert (await other.get("/v1/vouchers/settlements")).json()["items"] == []
    async with books.wuhan.process.as_("person:f", "finance") as elsewhere, books.wuhan.provider() as own:
        assert (await elsewhere.get(path)).status_code == 404
        assert [row["id"] for row in (await own.get("/v1/vouchers/settlements")).json()["items"]] == [drawn["id"]]
