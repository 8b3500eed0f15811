"""Reads of held data: the newest of each name, and what the registry knows anyway."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import WORKLOAD
from policy.schema import FactDeclared
from policy.store import policy_today
from services.registry.held_data.models import HeldDatum
from services.registry.held_data.rules import need_not_ask
from services.registry.held_data.schemas import DatumOut
from services.registry.organisations.models import Organisation
from services.registry.organisations.sources import Source
from services.registry.parties.models import Party
from services.registry.parties.queries import parties_of

_WORDS = {
    "name": ("单位名称", "name"),
    "kind": ("单位类别", "kind"),
    "credit_code": ("统一社会信用代码", "unified social credit code"),
    "payee_account": ("收款账号(末四位)", "account, last four"),
    "controller": ("实际控制人", "controllers"),
    "shareholder": ("股东", "shareholders"),
    "legal_representative": ("法定代表人", "legal representative"),
}
_PERSON = "person:"


async def held_data(session: AsyncSession, organisation: Organisation) -> list[DatumOut]:
    """The register's own data first, then facts of the pack by name."""
    today = clock.today(organisation.city_code)
    known = [*_identity(organisation), *await _parties(session, organisation, today)]
    declared = (await policy_today(session, organisation.city_code)).pack.facts
    newest = await newest_data(session, organisation.id)
    return [*known, *(_stated(row, declared, today) for row in newest if row.name in declared)]


async def newest_data(session: AsyncSession, organisation_id: UUID) -> list[HeldDatum]:
    """One of each name: the one recorded last."""
    wanted = select(HeldDatum).where(HeldDatum.organisation_id == organisation_id).ext(distinct_on(HeldDatum.name))
    order = (HeldDatum.name, HeldDatum.recorded_at.desc(), HeldDatum.id.desc())
    return list(await session.scalars(wanted.order_by(*order)))


def _identity(organisation: Organisation) -> Iterator[DatumOut]:
    account = organisation.payee_account
    facts = {
        "name": organisation.name,
        "kind": organisation.kind.value,
        "credit_code": organisation.credit_code,
    }
    source = _entered_by(organisation.registered_by)
    for name, value in facts.items():
        if value is not None:
            yield _of_register(name, value, source, organisation.registered_at, None)
    if account is not None:
        yield _of_register("payee_account", account.last4, Source.APPLICANT, account.recorded_at, None)


def _entered_by(subject: str) -> Source:
    """A clerk or a partner's process reads a paper; a portal tells what the applicant states."""
    return Source.LICENCE if subject.startswith((_PERSON, WORKLOAD)) else Source.APPLICANT


async def _parties(session: AsyncSession, organisation: Organisation, today: date) -> list[DatumOut]:
    """How many hold each role today: who they are, is told where parties are read."""
    by_role: dict[str, list[Party]] = {}
    for party in await parties_of(session, organisation.id):
        stands = party.effective_on <= today and (party.ended_on is None or today < party.ended_on)
        if stands and party.role.value in _WORDS:
            by_role.setdefault(party.role.value, []).append(party)
    return [
        _of_register(role, len(held), held[-1].source, held[-1].registered_at, held[-1].consent_reference)
        for role, held in sorted(by_role.items())
    ]


def _of_register(name: str, value: Any, source: Source, at: datetime, consent: str | None) -> DatumOut:
    zh, en = _WORDS[name]
    return DatumOut(
        name=name,
        zh=zh,
        en=en,
        value=value,
        source=source,
        recorded_at=at,
        valid_until=None,
        evidence=None,
        consent_reference=consent,
        need_not_ask=True,
    )


def _stated(row: HeldDatum, declared: Mapping[str, FactDeclared], today: date) -> DatumOut:
    fact = declared[row.name]
    reusable = need_not_ask(
        is_applicants_word=row.source is Source.APPLICANT,
        has_consent=row.consent_reference is not None,
        valid_until=row.valid_until,
        today=today,
    )
    return DatumOut(
        name=row.name,
        zh=fact.zh,
        en=fact.en,
        value=row.value,
        source=row.source,
        recorded_at=row.registered_at,
        valid_until=row.valid_until,
        evidence=row.evidence,
        consent_reference=row.consent_reference,
        need_not_ask=reusable,
    )
