"""What an application is about, what the form says, what the books add, and what a review must give. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import decode_id
from policy.engine import fits, known_facts
from policy.kinds import APPLIED_FOR
from policy.rules.matter import Fact
from policy.schema import Pack, Programme
from policy.terms_of_support import CappedShareTerms

ONCE = frozenset({"graded_award", "uplift", "match", "case_decision", "floor_decision"})
# Facts only the books may say: whoever states them is not heard.
OWN = frozenset({
    "paid_this_year_fen", "paid_all_heads_this_year_fen", "years_paid", "matched_before_fen", "already_awarded",
})  # fmt: skip
# Facts only a confirmed statement of an event's cost may say, where the programme takes its cost from there.
HOSTED = frozenset({"event_kind", "head", "cost_fen", "other_public_money_fen", "participants"})


@dataclass(frozen=True, slots=True)
class Matter:
    """A programme an application can be about, with the facts it may be told."""

    programme: Programme
    act: str
    known: Mapping[str, Fact]

    @property
    def pays_once(self) -> bool:
        """Whether it pays once for what it is about; the cost of one event is paid to one host once."""
        return self.programme.terms.kind in ONCE or self.is_hosted

    @property
    def is_hosted(self) -> bool:
        """Whether the cost is what a confirmed statement of an event says."""
        terms = self.programme.terms
        return isinstance(terms, CappedShareTerms) and terms.cost_from == "hosting_statement"

    @property
    def told_elsewhere(self) -> frozenset[str]:
        """Facts that neither applicant nor reviewer is asked for."""
        return OWN | HOSTED if self.is_hosted else OWN


def matter_of(pack: Pack, item_id: str) -> Matter | None:
    """None for an item that pays no applicant: loan claims and vouchers have ways of their own."""
    item = pack.items.get(item_id)
    programme = pack.programmes.get(item.programme or "") if item else None
    act = APPLIED_FOR.get(programme.terms.kind) if programme else None
    if programme is None or act is None:
        return None
    return Matter(programme, act, known_facts(pack, programme, act))


def stated_facts(matter: Matter, form: Mapping[str, Any]) -> dict[str, Any]:
    """What the applicant says under the names the programme asks for; what the books know is left out."""
    told = matter.told_elsewhere
    return {name: form[name] for name in matter.known if name not in told and form.get(name) is not None}


def unfit_findings(matter: Matter, facts: Mapping[str, Any]) -> list[Finding]:
    """Each fact that is not of its type, or that this programme does not ask for."""
    zh, en = "事实不属于本项目或类型不符。", "The programme does not ask for this fact, or it is of another type."
    clauses = matter.programme.clauses
    return [
        Finding("fact_unfit", clauses, zh, en, {"fact": name, "type": known.type if known else "unknown"})
        for name, value, known in ((name, value, matter.known.get(name)) for name, value in facts.items())
        if known is None or name in matter.told_elsewhere or not fits(known, value)
    ]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another application of the applicant under the programme that was approved or paid."""

    policy_year: int
    head: str | None
    about: str | None
    amount_fen: int


def own_facts(
    matter: Matter, facts: Mapping[str, Any], earlier: Sequence[Earlier], *, about: str | None, year: int
) -> dict[str, Any]:
    """What the books say, under the names the rule asks for."""
    this_year = [one for one in earlier if one.policy_year == year]
    same_head = [one for one in this_year if one.head == facts.get("head")]
    same_thing = [one for one in earlier if one.about == about]
    said = {
        "paid_this_year_fen": sum(one.amount_fen for one in (same_head if "head" in matter.known else this_year)),
        "paid_all_heads_this_year_fen": sum(one.amount_fen for one in this_year),
        "years_paid": len({one.policy_year for one in earlier if one.policy_year < year}),
        "matched_before_fen": sum(one.amount_fen for one in same_thing),
        "already_awarded": bool(same_thing),
    }
    return {name: value for name, value in said.items() if name in matter.known}


@dataclass(frozen=True, slots=True)
class HostedCost:
    """What events had confirmed of the applicant's cost of the event the application is about."""

    event_kind: str
    reach: str
    eligible_fen: int
    public_money_fen: int
    participants: int


def review_findings(
    matter: Matter, facts: Mapping[str, Any], *, about: str | None, invoiced_fen: int | None
) -> list[Finding]:
    """What a review lacks, all at once. `invoiced_fen` is null where the application names no invoice."""
    clauses = matter.programme.clauses
    cost = facts.get("cost_fen")
    return [*unfit_findings(matter, facts), *_review(matter, about, cost, invoiced_fen, clauses)]


def _review(
    matter: Matter, about: str | None, cost: Any, invoiced_fen: int | None, clauses: tuple[str, ...]
) -> Iterator[Finding]:
    above = isinstance(cost, int) and invoiced_fen is not None and cost > invoiced_fen
    yield from findings(
        (
            matter.pays_once and about is None,
            Finding(
                "about_missing",
                clauses,
                "须写明本次申请针对的年度、奖项或文件。",
                "It must be said what it is paid for.",
            ),
        ),
        (
            above,
            Finding(
                "cost_above_invoices",
                clauses,
                "核定费用超过发票合计。",
                "The audited cost is above the sum of the invoices.",
                {"cost_fen": cost, "invoiced_fen": invoiced_fen},
            ),
        ),
    )


def event_of(about: str | None) -> UUID | None:
    """The event an application is about; None when it names none."""
    try:
        return decode_id("evt", about or "")
    except ValueError:
        return None


def hosted_facts(matter: Matter, cost: HostedCost | None) -> dict[str, Any]:
    """What a confirmed statement says, under the names the rule asks for; nothing where none is there."""
    if cost is None:
        return {}
    said = {
        "event_kind": cost.event_kind,
        "head": cost.reach,
        "cost_fen": cost.eligible_fen,
        "other_public_money_fen": cost.public_money_fen,
        "participants": cost.participants,
    }
    return {name: value for name, value in said.items() if name in matter.known}


def unconfirmed_findings(matter: Matter, cost: HostedCost | None, *, about: str | None) -> list[Finding]:
    """A cost nobody has confirmed is not paid for; without `about` that is the reason."""
    zh = "该活动没有经核定的本单位承办支出;“事项”应填写活动编号。"
    en = "No cost of the applicant was confirmed for that event; `about` is to be the event's id."
    missing = matter.is_hosted and about is not None and cost is None
    return findings((missing, Finding("hosting_cost_unconfirmed", matter.programme.clauses, zh, en)))


def people_findings(*, reviewer: str, accepted_by: str) -> list[Finding]:
    """Who accepted the case does not review it."""
    zh, en = "受理人员不得审核本人受理的申请。", "Whoever accepted the case may not review it."
    return findings((reviewer == accepted_by, Finding("accepted_by_same_person", (), zh, en)))
