"""Caps a city may set over its loan pool (LZ-47): by borrower, by bank and year, by year; of what was approved."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.ids import encode_id, new_id
from policy.loader import load_pack
from policy.schema import Pack
from policy.snapshots import Setting, first_snapshot
from tests.builders.neighbours import answers
from tests.policy.cases import default_settings
from tests.service.funds.town import LONG_AGO, POOL, Town, a_group, registry_answer

pytestmark = pytest.mark.anyio
CAPS = ("per_borrower_cap", "per_bank_yearly_cap", "yearly_cap")


def with_caps(*caps: str) -> Pack:
    """Xuzhou's pack, as if its clause left these caps open as well."""
    data = load_pack("xuzhou").model_dump(mode="json")
    terms = data["programmes"]["loan_pool.transformation"]["terms"]
    like = data["parameters"]["loan_pool.per_loan_cap"]
    for cap in caps:
        key = f"loan_pool.{cap}"
        terms[cap] = key
        data["parameters"][key] = like | {"id": key, "precedents": []}
    return Pack.model_validate_json(Pack.model_validate(data, strict=False).model_dump_json())


async def capped(town: Town, **fen: int) -> None:
    pack = with_caps(*fen)
    values = default_settings("xuzhou") | {f"loan_pool.{cap}": amount for cap, amount in fen.items()}
    settings = [
        Setting(
            parameter=key, value=tuple(value) if isinstance(value, list) else value, effective_on=date(2026, 1, 2),
            recorded_at=LONG_AGO, reason="case", set_by="a", approved_by="b",
        )
        for key, value in values.items()
    ]  # fmt: skip
    snapshot = first_snapshot("320300", pack).with_settings(settings).with_settings([]).with_settings([])
    await town.knows(snapshot)


async def claims(town: Town, count: int, *, borrowers: Sequence[str] = (), **loan: Any) -> list[str]:
    """Reviewed claims on so many loans, each worth 30,000,000 fen to the city; overdue by the moved clock."""
    named = [{"borrower_id": one} for one in borrowers] or [{}] * count
    loans = [await town.registers(f"HT-{n}", **loan | who) for n, who in enumerate(named)]
    await town.moves_clock(100)
    found = []
    for n, loan_id in enumerate(loans):
        claim = await town.lodges(loan_id, f"DC-{n}")
        opinion = town.person("officer-1", "officer")
        await town.post(opinion, f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200)
        found.append(str(claim["id"]))
    return found


@pytest.mark.parametrize("cap", CAPS)
async def test_a_cap_cuts_the_citys_part_and_then_refuses(pool: Town, cap: str) -> None:
    await capped(pool, **{cap: 45_000_000})
    borrower = encode_id("org", new_id())
    year = clock.today(pool.city).year
    first, second, third = await claims(pool, 3, borrower_id=borrower)
    assert (await pool.decides(first, year=year))["approved_fen"] == 30_000_000
    cut = await pool.decides(second, year=year)
    assert (cut["approved_fen"], cut["layers_fen"]["bank"]) == (15_000_000, 45_000_000)
    spent = await pool.decides(third, year=year)
    assert (spent["status"], [reason["code"] for reason in spent["reasons"]]) == ("refused", ["cap_exhausted"])


async def test_two_decisions_at_once_share_what_a_cap_leaves(pool: Town) -> None:
    await capped(pool, yearly_cap=30_000_000)
    year = clock.today(pool.city).year
    found = await claims(pool, 2)
    both = [pool.decides(claim, by=f"finance-{n}", year=year) for n, claim in enumerate(found, 1)]
    decided = await asyncio.gather(*both)
    assert sorted(claim["approved_fen"] for claim in decided) == [0, 30_000_000]


async def test_anothers_borrower_has_a_cap_of_its_own(pool: Town) -> None:
    await capped(pool, per_borrower_cap=30_000_000)
    year = clock.today(pool.city).year
    found = await claims(pool, 2)
    assert [(await pool.decides(claim, year=year))["approved_fen"] for claim in found] == [30_000_000] * 2


async def test_each_claim_of_a_batch_is_judged_by_what_its_own_borrower_has_had(pool: Town) -> None:
    await capped(pool, per_borrower_cap=30_000_000)
    one, other = [encode_id("org", new_id()) for _ in range(2)]
    later = [await pool.registers(f"B-{n}", borrower_id=who) for n, who in enumerate((one, other))]
    year = clock.today(pool.city).year
    (first,) = await claims(pool, 1, borrower_id=one)
    assert (await pool.decides(first, year=year))["approved_fen"] == 30_000_000
    items = [pool.loss(loan_id) | {"bank_reference": f"DC-B{n}"} for n, loan_id in enumerate(later)]
    told = await pool.post(pool.bank_client(), f"{POOL}/claims/bulk", {"items": items}, 200)
    assert [item["outcome"] for item in told["items"]] == ["refused", "created"]
    assert [one["code"] for one in told["items"][0]["problem"]["reasons"]] == ["cap_exhausted"]


@pytest.mark.parametrize("merged", [True, False])
async def test_firms_that_merged_share_one_borrowers_cap(pool: Town, merged: bool) -> None:
    """The one that was absorbed and the one that absorbed it, whichever of them borrowed."""
    await capped(pool, per_borrower_cap=45_000_000)
    year, gone, stays = clock.today(pool.city).year, str(new_id()), str(new_id())
    borrowers = [encode_id("org", UUID(one)) for one in (gone, stays, gone)]
    found = await claims(pool, 3, borrowers=borrowers)

    def answer(path: str) -> Any:
        told = registry_answer(path, pool.city)
        if not merged or path.endswith("/payee"):
            return told
        if path.endswith(f"{stays}/controller-group"):
            return a_group(stays, pool.city, predecessors=[gone])
        return {**told, "status": "merged", "merged_into": stays} if path.endswith(gone) else told  # type: ignore[dict-item]

    answers(pool.process, "registry", answer)
    decided = [await pool.decides(claim, year=year) for claim in found]
    expected = [30_000_000, 15_000_000, 0] if merged else [30_000_000, 30_000_000, 15_000_000]
    assert [claim["approved_fen"] for claim in decided] == expected
