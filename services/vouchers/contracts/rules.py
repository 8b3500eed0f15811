"""What stands against reserving for a contract, and against claiming under one, beside the policy's own terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract of a voucher's holder with a provider. Amounts in fen; `asked_fen` is what the voucher is to bear."""

    organisation_id: UUID
    service_kind: str
    number: str
    signed_on: date
    contract_net_fen: int
    asked_fen: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Holder and provider are related on a day; `through`: the kinds of the links, never who."""

    on: date
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """Whose bars count beside their own: what the holder has become part of, and what became part of the provider."""

    holder: frozenset[UUID] = frozenset()
    provider: frozenset[UUID] = frozenset()


NOBODY = Kin()


@dataclass(frozen=True, slots=True)
class Parties:
    """What the registry says of holder and provider. `ended`: who was no more on the day, or that they were one."""

    ended: tuple[str, ...] = ()
    relations: Sequence[Relation] = ()
    kin: Kin = NOBODY


@dataclass(frozen=True, slots=True)
class Standing:
    """How the parties stand. `admitted_kinds`: None when the provider was not admitted on the day signed."""

    admitted_kinds: frozenset[str] | None
    provider_is_holder: bool
    number_registered: bool
    parties: Parties = Parties()


_REASONS = {
    "provider_not_admitted": (
        "服务机构在合同签订当日未被准入。",
        "The provider was not admitted on the day the contract was signed.",
    ),
    "provider_not_admitted_for_kind": (
        "服务机构未获准提供该类服务。",
        "The provider is not admitted for this kind of service.",
    ),
    "provider_is_holder": ("服务机构与持券单位为同一主体。", "The provider and the holder are the same organisation."),
    "contract_in_future": ("合同签订日期晚于今天。", "The day of signature has not come yet."),
    "contract_registered": ("该合同已登记。", "The contract is registered already."),
    "holder_ended": ("持券单位在当日已注销。", "The holder no longer existed in law on the day."),
    "provider_ended": (
        "服务机构在当日已注销或已并入他方。",
        "The provider no longer existed in law on the day, or was part of another.",
    ),
    "related_parties": ("服务机构与持券单位存在关联关系。", "The provider and the holder are related."),
    "service_before_contract": ("服务早于合同签订。", "The service was before the contract was signed."),
    "service_in_future": ("服务日期晚于今天。", "The day of service has not come yet."),
    "provider_still_admitted": ("服务机构仍在准入期内。", "The provider is still admitted."),
    "contract_unknown": ("该创新券名下没有该合同。", "No such contract is registered on the voucher."),
    "contract_ended": ("该合同的预留已结束。", "The contract's reservation has ended."),
    "service_after_report": (
        "服务日期晚于服务机构报告的完成日期。",
        "The provider reported the service as done on an earlier day.",
    ),
    "contract_differs": ("与登记的合同不一致。", "It is not what was registered of the contract."),
}


def _reason(code: str, clauses: tuple[str, ...], **facts: object) -> Finding:
    return Finding(code, clauses, *_REASONS[code], facts)


def reservation_findings(
    agreement: Agreement, standing: Standing, *, on: date, clauses: tuple[str, ...]
) -> list[Finding]:
    """Every reason at once. `clauses`: the programme's; the policy's terms are judged by its own rule."""
    admitted, signed = standing.admitted_kinds, agreement.signed_on.isoformat()
    return [
        *findings(
            (admitted is None, _reason("provider_not_admitted", clauses, on=signed)),
            (
                admitted is not None and agreement.service_kind not in admitted,
                _reason("provider_not_admitted_for_kind", clauses),
            ),
            (standing.provider_is_holder, _reason("provider_is_holder", clauses)),
            (agreement.signed_on > on, _reason("contract_in_future", clauses)),
            (standing.number_registered, _reason("contract_registered", clauses)),
        ),
        *parties_findings(standing.parties, clauses),
    ]


def parties_findings(parties: Parties, clauses: tuple[str, ...]) -> list[Finding]:
    """Nobody spends a voucher with a provider it is related to, and nobody serves or is served who is no more."""
    ended = [_reason(code, clauses) for code in parties.ended]
    related = (
        _reason("related_parties", clauses, on=one.on.isoformat(), through=list(one.through))
        for one in parties.relations
    )
    return [*ended, *related]


def service_findings(*, served_on: date, signed_on: date, on: date) -> list[Finding]:
    """What is reported as done was done under the contract, and is done."""
    return findings(
        (served_on < signed_on, _reason("service_before_contract", ())),
        (served_on > on, _reason("service_in_future", ())),
    )


def provider_end_findings(*, is_admitted: bool) -> list[Finding]:
    """A reservation ends because of its provider only when the provider is out."""
    return findings((is_admitted, _reason("provider_still_admitted", ())))


@dataclass(frozen=True, slots=True)
class Named:
    """What a contract and a claim under it must agree on."""

    organisation_id: UUID
    service_kind: str
    signed_on: date


def capture_findings(
    registered: Named | None,
    claimed: Named,
    *,
    is_open: bool,
    served_on: date,
    clauses: tuple[str, ...],
    reported_on: date | None = None,
) -> list[Finding]:
    """Whether a claim is one under the contract it names; None: the voucher has no such contract.

    `reported_on`: the day by which the provider reported the service as done, None while it has not.
    """
    if registered is None:
        return [_reason("contract_unknown", clauses)]
    names = ("organisation_id", "service_kind", "signed_on")
    differing = [name for name in names if getattr(registered, name) != getattr(claimed, name)]
    return findings(
        (bool(differing), _reason("contract_differs", clauses, fields=differing)),
        (not is_open, _reason("contract_ended", clauses)),
        (
            reported_on is not None and served_on > reported_on,
            _reason("service_after_report", clauses, reported_on=reported_on and reported_on.isoformat()),
        ),
    )
