"""Who is paid, and where: the registry's answer, asked before the transaction begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from contracts.asking import known_organisations
from contracts.registry import (
    ControllerGroupReply,
    FirmsNamed,
    FirmsReply,
    OrganisationReply,
    PayeeReply,
    RelatedAsked,
    RelatedReply,
)
from kernel.client import AnsweredProblem, ServiceClient
from kernel.neighbours import Registry as RegistryDep
from kernel.problems import Conflict, NotFound, Problem, Refusal, UpstreamFailed
from services.funds.payments.rules import masked


class PayeeUnknown(Refusal):
    code, title_zh, title_en = "payee_unknown", "登记库中没有该收款单位", "The registry does not know the payee"


class OrganisationUnknown(Refusal):
    code, title_zh, title_en = "organisation_unknown", "登记库中没有该单位", "The registry does not know it"


class PayeeAccountMissing(Refusal):
    """`payee_name`: of a payee that merged, the one it merged into."""

    code, title_zh, title_en = "payee_account_missing", "收款单位尚未登记收款账户", "The payee has given no account yet"


class PayeeInactive(Refusal):
    """It left nobody to go on in its place."""

    code, title_zh, title_en = "payee_inactive", "收款单位已注销", "The payee is no longer registered"


class PayeeGoesOn(Conflict):
    code, title_zh, title_en = (
        "payee_goes_on",
        "收款单位或其承继单位仍存续,应予支付",
        "The payee, or who it merged into, still stands: it is to be paid",
    )


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee with a whole account number: never logged, never answered.

    `organisation_id` is who was granted the money; when it merged, name and account are those of `successor_id`.
    """

    organisation_id: UUID
    name: str
    account_name: str
    account_number: str
    bank_name: str
    cnaps_code: str | None = None
    successor_id: UUID | None = None


class PayeeChanged(Conflict):
    """Nothing was released. The new payee is named, its account masked, for whoever takes it over."""

    code = "payee_changed"
    title_zh, title_en = (
        "收款信息在审批后有变更,须先由一人确认",
        "The payee changed since; somebody must adopt it",
    )

    def __init__(self, payee: Payee) -> None:
        super().__init__(
            payee_name=payee.name,
            account_name=payee.account_name,
            account_number=masked(payee.account_number),
            bank_name=payee.bank_name,
        )


class Registry(Protocol):
    """What funds asks of the registry."""

    async def payee(self, organisation_id: UUID) -> PayeeReply: ...

    async def organisation(self, organisation_id: UUID, *, city_code: str) -> OrganisationReply: ...

    async def organisations(self, ids: Sequence[UUID], *, city_code: str) -> dict[UUID, OrganisationReply]: ...

    async def firms(self, named: FirmsNamed) -> list[OrganisationReply | Problem]: ...

    async def merged_with(self, organisation_id: UUID, *, city_code: str) -> frozenset[UUID]: ...

    async def related(self, asked: RelatedAsked) -> RelatedReply: ...


class RegistryClient:
    """The registry over HTTP."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def payee(self, organisation_id: UUID) -> PayeeReply:
        """Raises PayeeUnknown, Unavailable."""
        try:
            return await self._client.get(f"/internal/organisations/{organisation_id}/payee", PayeeReply)
        except AnsweredProblem as answer:
            if answer.status == NotFound.status:
                raise PayeeUnknown from None
            raise

    async def organisation(self, organisation_id: UUID, *, city_code: str) -> OrganisationReply:
        """An organisation of the city. Raises OrganisationUnknown, Unavailable."""
        try:
            found = await self._client.get(f"/internal/organisations/{organisation_id}", OrganisationReply)
        except AnsweredProblem as answer:
            if answer.status == NotFound.status:
                raise OrganisationUnknown from None
            raise
        if found.city_code != city_code:
            raise OrganisationUnknown
        return found

    async def organisations(self, ids: Sequence[UUID], *, city_code: str) -> dict[UUID, OrganisationReply]:
        """Those of many that are organisations of the city. Raises Unavailable."""
        return await known_organisations(self._client, ids, city_code=city_code)

    async def firms(self, named: FirmsNamed) -> list[OrganisationReply | Problem]:
        """For each credit code its firm, registered when it is new, or the registry's refusal. Raises Unavailable."""
        body = named.model_dump(mode="json")
        found = await self._client.post("/internal/organisations/firms", body, FirmsReply, repeatable=True)
        return [one.organisation or _refused(one.problem or {}) for one in found.firms]

    async def merged_with(self, organisation_id: UUID, *, city_code: str) -> frozenset[UUID]:
        """The organisation and all that by mergers are one with it. Raises OrganisationUnknown, Unavailable."""
        found = await self.organisation(organisation_id, city_code=city_code)
        while found.merged_into is not None:
            found = await self.organisation(found.merged_into, city_code=city_code)
        group = await self._client.get(f"/internal/organisations/{found.id}/controller-group", ControllerGroupReply)
        return frozenset({organisation_id, found.id, *group.predecessors})

    async def related(self, asked: RelatedAsked) -> RelatedReply:
        """Which pairs of organisations are related on a day. Raises OrganisationUnknown, Unavailable."""
        body = asked.model_dump(mode="json")
        try:
            return await self._client.post("/internal/organisations/related", body, RelatedReply, repeatable=True)
        except AnsweredProblem as answer:
            if answer.status == NotFound.status:
                raise OrganisationUnknown from None
            raise


def _refused(document: Mapping[str, Any]) -> AnsweredProblem:
    return AnsweredProblem(int(document.get("status", UpstreamFailed.status)), document)


@dataclass(frozen=True, slots=True)
class Gathering:
    """What a use case may ask before its transaction: short reads of its own, and the registry."""

    sessions: async_sessionmaker[AsyncSession]
    registry: Registry


async def _gathering(request: Request, registry: RegistryDep) -> Gathering:
    state: Any = request.app.state
    return Gathering(state.sessions, RegistryClient(registry))


GatheringDep = Annotated[Gathering, Depends(_gathering)]


async def verified_payee(registry: Registry, organisation_id: UUID, *, city_code: str) -> Payee:
    """The payee with name and account as the registry has them now: of one that merged, its successor's.

    民法典第六十七条:法人合并的,其权利和义务由合并后的法人享有和承担。 Raises the refusals above.
    """
    found = await _goes_on(registry, organisation_id, city_code)
    if not (found.payee_name and found.account_number and found.bank_name):
        raise PayeeAccountMissing(payee_name=found.name)
    account = (found.payee_name, found.account_number, found.bank_name, found.cnaps_code)
    return Payee(organisation_id, found.name, *account, found.id if found.id != organisation_id else None)


async def payee_if_any(registry: Registry, organisation_id: UUID, *, city_code: str) -> Payee | Refusal:
    """The same where the decision may be a refusal: who gets nothing needs no account. Raises Unavailable."""
    try:
        return await verified_payee(registry, organisation_id, city_code=city_code)
    except Refusal as missing:
        return missing


def must_be_payable(payee: Payee | Refusal) -> Payee:
    """Raises what keeps the payee from being paid."""
    if isinstance(payee, Refusal):
        raise payee
    return payee


async def who_goes_on(registry: Registry, organisation_id: UUID, *, city_code: str) -> UUID:
    """Whose are its debts and claims now: its own, or of whoever it merged into. Raises PayeeUnknown."""
    try:
        return (await _goes_on(registry, organisation_id, city_code)).id
    except PayeeInactive:
        return organisation_id


async def must_have_ended(registry: Registry, organisation_id: UUID, *, city_code: str) -> None:
    """Raise PayeeGoesOn while it stands, or whoever it merged into."""
    try:
        await _goes_on(registry, organisation_id, city_code)
    except PayeeInactive:
        return
    raise PayeeGoesOn


async def _goes_on(registry: Registry, organisation_id: UUID, city_code: str) -> PayeeReply:
    """Itself, or whoever stands at the end of its mergers."""
    found, seen = await registry.payee(organisation_id), {organisation_id}
    # Another city's organisation does not exist here.
    if found.city_code != city_code:
        raise PayeeUnknown
    while found.successor_id is not None and found.successor_id not in seen:
        seen.add(found.successor_id)
        found = await registry.payee(found.successor_id)
    if found.status != "active":
        raise PayeeInactive
    return found
