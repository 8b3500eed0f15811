"""A city with a guidance fund under test: its managers, investors and books, in the words of those who run it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kernel import clock
from kernel.ids import encode_id, new_id
from kernel.money import in_yuan
from tests.builders.neighbours import answers
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, open_city

ROOT = "/v1/funds/guidance-fund"
MANAGER, VEHICLE, LOCAL_FIRM = (UUID(int=number) for number in (7001, 7002, 7003))
NAMES = {MANAGER: "湘江创投管理公司", VEHICLE: "株洲智造基金", LOCAL_FIRM: "株洲智能装备公司"}
NAME = "智造基金"
TERMS: dict[str, Any] = {
    "agreed_exit_years": 5, "gain_given_up_bp": 5000, "fund_term_years": 8, "management_fee_bp": 200,
    "reinvestment_bp": 10_000,
}  # fmt: skip


class GuidanceCity(City):
    """The words of a guidance fund on top of the city's."""

    def knows_organisations(self) -> None:
        """The registry knows the manager, the sub-fund and a local firm."""

        def answer(path: str) -> Mapping[str, Any] | int:
            who = UUID(path.split("/")[3])
            if who not in NAMES:
                return 404
            known = {"id": str(who), "city_code": self.code, "name": NAMES[who], "status": "active"}
            if path.endswith("/payee"):
                return known | {
                    "payee_name": NAMES[who], "account_number": "6222020200112233445", "bank_name": "株洲分行",
                }  # fmt: skip
            return known | {"kind": "firm", "credit_code": None}

        answers(self.process, "registry", answer)

    def on(self, days: int = 0) -> str:
        return (clock.today(self.code) + timedelta(days=days)).isoformat()

    async def moves(self, days: int) -> None:
        """The city's clock goes on by days from where the real one stands."""
        moved = {"city_code": self.code, "offset_seconds": days * 86_400}
        await self.process.tell("city.clock_moved", moved, city=self.code, subject=self.code)

    async def moves_to(self, day: date) -> None:
        """The city's clock goes on to a day."""
        await self.moves((day - clock.on_date(clock.real_now())).days)

    async def manager(self, path: str, body: Any, status: int = 201, **more: Any) -> Any:
        """What the fund manager's own client sends."""
        return await self.post(
            "fund_manager-1", f"{ROOT}{path}", body, status=status, organisation=str(MANAGER), **more
        )

    async def staff(self, who: str, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        return await self.post(who, f"{ROOT}{path}", body, status=status, **more)

    async def reads(self, path: str) -> Any:
        return await self.get(f"{ROOT}{path}")

    async def trial_balance(self) -> dict[str, str]:
        """The whole trial balance as finance reads it: account by name, yuan, `贷` for a credit; accounts at zero
        left out, those for the record without the sub-fund's name.
        """
        found: dict[str, str] = {}
        for line in (await self.get("/v1/funds/books/trial-balance"))["lines"]:
            name = line["name_zh"].replace(f" · {NAME}", "")
            if line["debit_fen"] or line["credit_fen"]:
                assert name not in found
                side = "" if line["debit_fen"] else "贷 "
                found[name] = side + in_yuan(line["debit_fen"] or line["credit_fen"])
        return found

    async def call_for_proposals(self, programme: str = "guidance.participation", **more: Any) -> str:
        body = {
            "programme": programme, "title": "子基金征集", "text": "面向全国征集管理人。",
            "opens_on": self.on(), "closes_on": self.on(30),
        } | more  # fmt: skip
        return str((await self.staff("officer-1", "/calls", body, 201))["id"])

    def proposal(self, call: str, **more: Any) -> dict[str, Any]:
        return {
            "call_id": call, "name": NAME, "plan": "投向本市初创期科技型企业,与各出资人共担风险。",
            "size_fen": 10_000_000_000, "asked_fen": 4_000_000_000, "terms": TERMS,
            "documents": ["application_form", "fund_plan", "manager_record"],
        } | more  # fmt: skip

    async def brings_to_notice(self, proposal: str, *, against: int = 1, facts: Any = None) -> None:
        """Examined, voted on by five experts, and in public notice."""
        path = f"/proposals/{proposal}"
        await self.staff("officer-1", f"{path}/examination", {"findings": "尽职调查无重大问题。", "facts": facts or {}})
        votes = [
            {"expert_id": encode_id("exp", new_id()), "vote": "against" if n < against else "for"} for n in range(5)
        ]
        recused = [{"expert_id": encode_id("exp", new_id()), "vote": "recused"}]
        await self.staff("officer-1", f"{path}/votes", {"voted_on": self.on(), "votes": votes + recused})
        await self.staff("officer-1", f"{path}/notice")

    async def approved(self, **more: Any) -> str:
        """A proposal that was approved as asked, days later."""
        lodged = await self.manager("/proposals", self.proposal(await self.call_for_proposals(), **more))
        await self.brings_to_notice(lodged["id"])
        await self.moves(20)
        body = {"outcome": "approved", "amount_fen": lodged["asked_fen"], "reason": "同意参股。"}
        await self.staff("officer-2", f"/proposals/{lodged['id']}/decision", body)
        return str(lodged["id"])

    def founding(self, proposal: str, **more: Any) -> dict[str, Any]:
        return {
            "proposal_id": proposal, "organisation_id": encode_id("org", VEHICLE), "registration": "中基协 SXX001",
            "custodian": "株洲分行", "established_on": self.on(),
            "investors": [
                {"level": "district", "investor": "天元区财政", "amount_fen": 1_000_000_000},
                {"level": "social", "investor": "产投集团", "amount_fen": 5_000_000_000},
            ],
        } | more  # fmt: skip

    async def pays(self, drawdown: Mapping[str, Any], reference: str) -> dict[str, Any]:
        """The order of the city's share is released by a second person, sent, and paid by the bank."""
        (share,) = [one for one in drawdown["shares"] if one["payment_order_id"]]
        order: dict[str, Any] = await self.get(f"/v1/funds/payment-orders/{share['payment_order_id']}")
        await self.send(order)
        (line,) = await self.confirm(self.line(order, reference))
        assert line["outcome"] == "settled", line
        return order

    async def both(self, *sent: Callable[[], Any]) -> list[int]:
        """Statuses of calls sent at once."""
        return sorted(answer.status_code for answer in await asyncio.gather(*(send() for send in sent)))

    async def sent_by(self, one: str, other: str, path: str, body: Any = None) -> list[int]:
        """Statuses of the same call by two people at once."""
        sent = (lambda who=who: self.call(who, "POST", f"{ROOT}{path}", body or {}) for who in (one, other))
        return await self.both(*sent)

    async def eventually(self, path: str, holds: Callable[[Any], bool]) -> Any:
        """What a path answers once a timer has done its work."""
        for _ in range(200):
            found = await self.reads(path)
            if holds(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(found)


async def open_guidance_city(process: Process, pack: str = "zhuzhou", *, without: tuple[str, ...] = ()) -> GuidanceCity:
    """A sandbox whose guidance fund is all set but parameters that begin so; its registry answers."""
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in default_settings(pack).items()
        if not key.startswith(without)
    }
    opened = await open_city(process, pack=pack, settings=values)
    city = GuidanceCity(process, opened.snapshot)
    city.knows_organisations()
    return city


def reasons(refused: Mapping[str, Any]) -> list[str]:
    return [reason["code"] for reason in refused["reasons"]]


def documents_of(pack: str, programme: str) -> list[str]:
    """The documents the tests' settings ask for."""
    return list(default_settings(pack)[f"{programme}.documents"])


def without(books: Mapping[str, str], *names: str) -> dict[str, str]:
    """A trial balance less accounts that are at zero by now."""
    assert set(names) <= set(books)
    return {name: balance for name, balance in books.items() if name not in names}
