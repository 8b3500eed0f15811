"""What the services hold of an organisation, as facts under the names the rules ask for. Pure.

A service that does not answer leaves its facts out, and nobody may state them in its place: without them a programme is
undetermined. What only the owner of a fact could say exactly, and cannot, is left out too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.funds import PaymentFacts
from contracts.registry import CarrierFacts, LevelFact, OrganisationFacts
from contracts.vouchers import VoucherFacts
from policy.rules.vouchers import holder_kind
from policy.schema import Programme
from policy.terms import LADDER, AwardTerms, RecognitionTerms, VoucherTerms
from policy.terms_of_support import (
    CappedShareTerms,
    ContestResultTerms,
    GradedAwardTerms,
    MatchTerms,
    RecurringSubsidyTerms,
    StagedSubsidyTerms,
    UpliftTerms,
)

Source = Literal["registry", "funds", "vouchers", "window", "stated"]
PAYER: Source = "funds"
LEVEL_FACTS = ("level", "recognised_level")  # what packs call the highest level a carrier holds


@dataclass(frozen=True, slots=True)
class Known:
    """The value of a fact and who says so: a service, the window itself (today, what is asked for), the applicant.

    `overruled` is what the applicant stated in the place of what a service knows.
    """

    value: Any
    source: Source
    overruled: Any = None


Facts = dict[str, Known]


@dataclass(frozen=True, slots=True)
class Held:
    """What the services answered. `payments` and `vouchers` are None while the service that owns them is away."""

    organisation: OrganisationFacts
    payments: PaymentFacts | None
    vouchers: VoucherFacts | None

    @property
    def away(self) -> tuple[Source, ...]:
        """The services that did not answer."""
        answered: dict[Source, object] = {"funds": self.payments, "vouchers": self.vouchers}
        return tuple(source for source, answer in answered.items() if answer is None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a programme is asked about: the organisation as such, or one of its carriers, at a level.

    The level is one that is held, for a recognition the one that is asked for.
    """

    carrier: CarrierFacts | None = None
    level: LevelFact | None = None


def designation_of(level: LevelFact) -> str:
    """`key` for 重点 carriers, `filed` for ordinary filing."""
    return "key" if level.is_key else "filed"


def owner_of(programme: Programme, fact: str) -> Source | None:
    """The service that alone may say a fact of a programme, beside the registry; None where anybody may."""
    if fact in _PAID_FACTS.get(type(programme.terms), ()) and programme.service == PAYER:
        return PAYER
    if isinstance(programme.terms, VoucherTerms) and fact == "issued_this_year_fen":
        return "vouchers"
    return None


_PAID_FACTS: dict[type, tuple[str, ...]] = {
    AwardTerms: ("earlier_awards",),
    GradedAwardTerms: ("already_awarded",),
    UpliftTerms: ("already_awarded",),
    ContestResultTerms: ("already_awarded",),
    MatchTerms: ("matched_before_fen",),
    CappedShareTerms: ("paid_this_year_fen",),
    StagedSubsidyTerms: ("paid_this_year_fen",),
    RecurringSubsidyTerms: ("paid_this_year_fen", "paid_all_heads_this_year_fen", "years_paid"),
}


def facts_of(programme: Programme, subject: Subject, held: Held, *, on: date) -> Facts:
    """Every fact of the programme the services hold about the subject on a day."""
    found: Facts = {}
    if subject.carrier is not None:
        found |= {name: Known(value, "registry") for name, value in subject.carrier.facts.items()}
        found["carrier_kind"] = Known(subject.carrier.kind, "registry")
        held_levels = [level.level for level in subject.carrier.levels]
        found |= {name: Known(max(held_levels, key=LADDER.index), "registry") for name in LEVEL_FACTS if held_levels}
    if subject.level is not None:
        # A recognition is asked for at a level; everything else goes by a level that is held.
        source: Source = "window" if isinstance(programme.terms, RecognitionTerms) else "registry"
        found["level"] = Known(subject.level.level, source)
        found["designation"] = Known(designation_of(subject.level), source)
    if isinstance(programme.terms, VoucherTerms):
        found |= _voucher_facts(programme, held.vouchers, on)
        kind = holder_kind(held.organisation.kind, firm_kind=None)
        found |= {"holder_kind": Known(kind, "registry")} if kind else {}
    if held.payments is not None and programme.service == PAYER:
        found |= {name: Known(value, PAYER) for name, value in _paid(programme, subject, held, held.payments, on)}
    return found


def _voucher_facts(programme: Programme, vouchers: VoucherFacts | None, on: date) -> Facts:
    found: Facts = {"issued_on": Known(on.isoformat(), "window")}
    if vouchers is not None:
        issued = sum(i.issued_fen for i in vouchers.issued if (i.programme, i.year) == (programme.id, on.year))
        found["issued_this_year_fen"] = Known(issued, "vouchers")
    return found


def _paid(
    programme: Programme, subject: Subject, held: Held, payments: PaymentFacts, on: date
) -> Iterator[tuple[str, Any]]:
    by_year = {p.policy_year: p.amount_fen for p in payments.paid if p.programme == programme.id}
    this_year = by_year.get(on.year, 0)
    match programme.terms:
        case AwardTerms():
            yield "earlier_awards", _earlier_awards(programme, subject, payments)
        case GradedAwardTerms() | UpliftTerms() | ContestResultTerms():
            # The books know that something was paid, not for which period or entry: then only the applicant can tell.
            if not by_year:
                yield "already_awarded", False
        case MatchTerms():
            if not by_year:
                yield "matched_before_fen", 0
        case CappedShareTerms(heads=heads):
            yield from _under_one_head(this_year, heads, held)
        case RecurringSubsidyTerms(heads=heads):
            yield from _under_one_head(this_year, heads, held)
            yield "paid_all_heads_this_year_fen", this_year
            yield "years_paid", sum(year < on.year for year in by_year)
        case StagedSubsidyTerms():
            yield "paid_this_year_fen", this_year


def _under_one_head(this_year: int, heads: Sequence[object], held: Held) -> Iterator[tuple[str, int]]:
    """The books do not tell heads and carriers apart: exact where there is one of each, or nothing was paid at all."""
    if this_year == 0 or (len(heads) == 1 and len(held.organisation.carriers) <= 1):
        yield "paid_this_year_fen", this_year


def _earlier_awards(programme: Programme, subject: Subject, payments: PaymentFacts) -> list[Mapping[str, Any]]:
    mine = [
        award
        for award in payments.awards
        if subject.carrier is not None and (award.programme, award.carrier_id) == (programme.id, subject.carrier.id)
    ]
    # From the lowest level up, as funds itself puts the question: the same awards, the same determination.
    ranked = sorted(mine, key=lambda award: (LADDER.index(award.level), award.amount_fen))
    return [{"level": award.level, "amount_fen": award.amount_fen} for award in ranked]
