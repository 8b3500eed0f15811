"""What a host may state about the cost of an event, and what a check must say to it. Pure. Amounts in fen."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.funds import invoice_print
from kernel.findings import Finding, findings
from kernel.money import FEN_MAX

LAST_SHOWN = len("1234")


class CostKind(StrEnum):
    """What money was spent on."""

    VENUE = "venue"
    EQUIPMENT = "equipment"
    PUBLICITY = "publicity"
    JUDGES = "judges"
    TRAVEL = "travel"
    CATERING = "catering"
    MATERIALS = "materials"
    PRIZES = "prizes"
    OTHER = "other"


class Reach(StrEnum):
    """How far an event reaches, in the words of JX-22; the calendar's level is on whose behalf it is held."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class Invoice:
    """A VAT invoice: 20 digits of a digital one, or 8 digits with a code of 10 or 12."""

    number: str
    code: str | None
    issuer: str
    issued_on: date
    amount_fen: int

    @property
    def fingerprint(self) -> str:
        """The same for the same invoice, whichever host states it."""
        return invoice_print(self.number, self.code)

    @property
    def last4(self) -> str:
        """What is shown of the number in a reason."""
        return self.number[-LAST_SHOWN:]


@dataclass(frozen=True, slots=True)
class CostLine:
    """So much of one invoice was spent on the event."""

    kind: CostKind
    purpose: str
    amount_fen: int
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class PublicMoney:
    """Money of another public payer for the same event."""

    payer: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Stated:
    """One host's share of the cost of an event, as the host states it."""

    reach: Reach
    lines: tuple[CostLine, ...]
    public_money: tuple[PublicMoney, ...]
    own_income_fen: int
    participants: int
    participants_evidence: str
    audit_report: str | None

    @property
    def public_money_fen(self) -> int:
        """What other public payers gave, together."""
        return sum(one.amount_fen for one in self.public_money)


@dataclass(frozen=True, slots=True)
class Held:
    """What the calendar says of the event; `attended` is how many came by the signed attendance record, if any."""

    is_cancelled: bool
    is_over: bool
    hosts: frozenset[UUID]
    attended: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's word on one line, by its place from 1."""

    line: int
    accepted: bool
    reason: str | None
    clauses: tuple[str, ...]


def _finding(code: str, zh: str, en: str, **facts: object) -> Finding:
    return Finding(code, (), zh, en, facts)


NOT_A_HOST = _finding("not_a_host", "本单位不是该活动的主办或承办单位。", "The organisation is not a host of it.")


def above_record(participants: int, attended: int | None) -> tuple[bool, Finding]:
    """More than came by the record an officer signed."""
    found = _finding(
        "participants_above_record",
        f"参加人数多于已签认的到场记录({attended}人)。",
        f"More participants than the signed attendance record has ({attended}).",
        attended=attended,
    )
    return attended is not None and participants > attended, found


def holding_findings(held: Held, *, host_id: UUID, participants: int) -> list[Finding]:
    """Whether the host held it, before so many."""
    return findings(
        (held.is_cancelled, _finding("event_cancelled", "活动已取消。", "The event was cancelled.")),
        (
            not held.is_over and not held.is_cancelled,
            _finding("event_not_held", "活动尚未举办完毕。", "The event has not been held yet."),
        ),
        (host_id not in held.hosts, NOT_A_HOST),
        above_record(participants, held.attended),
    )


def statement_findings(stated: Stated, held: Held, *, host_id: UUID, on: date) -> list[Finding]:
    """Everything that stands against a statement beside invoices used elsewhere."""
    total = sum(line.amount_fen for line in stated.lines)
    return [
        *holding_findings(held, host_id=host_id, participants=stated.participants),
        *findings(
            (
                max(total, stated.public_money_fen) > FEN_MAX,
                _finding("total_out_of_range", "合计金额超出范围。", "The total is out of range."),
            ),
        ),
        *_line_findings(stated.lines, on),
    ]


def _line_findings(lines: Sequence[CostLine], on: date) -> list[Finding]:
    named = Counter(line.invoice.fingerprint for line in lines)
    found: list[Finding] = []
    for place, line in enumerate(lines, 1):
        invoice, facts = line.invoice, {"line": place, "number_last4": line.invoice.last4}
        found += findings(
            (
                named[invoice.fingerprint] > 1,
                _finding("invoice_repeated", "同一张发票重复列支。", "One invoice stands in two lines.", **facts),
            ),
            (
                line.amount_fen > invoice.amount_fen,
                _finding("line_above_invoice", "列支金额超过发票金额。", "The line is above its invoice.", **facts),
            ),
            (
                invoice.issued_on > on,
                _finding("invoice_in_future", "发票日期晚于今天。", "The invoice is of a day to come.", **facts),
            ),
        )
    return found


def taken_findings(lines: Sequence[CostLine], taken: Collection[str]) -> list[Finding]:
    """Invoices that stand in another host's statement: never by whom."""
    return [
        _finding(
            "invoice_stated_before",
            f"第{place}行发票(尾号{line.invoice.last4})已列入其他单位的支出。",
            f"The invoice of line {place} (ending in {line.invoice.last4}) stands in another host's statement.",
            line=place,
            number_last4=line.invoice.last4,
        )
        for place, line in enumerate(lines, 1)
        if line.invoice.fingerprint in taken
    ]


def decision_findings(decisions: Sequence[Decision], *, lines: int) -> list[Finding]:
    """Each line is decided once; whoever refuses one says why, and by which clause."""
    said = Counter(decision.line for decision in decisions)
    return [
        *(
            _finding("line_undecided", "该支出行未给出审核意见。", "The line was not decided.", line=place)
            for place in range(1, lines + 1)
            if place not in said
        ),
        *(
            _finding("line_decided_twice", "该支出行重复给出意见。", "The line was decided twice.", line=place)
            for place, times in sorted(said.items())
            if times > 1
        ),
        *(
            _finding("line_unknown", "没有该支出行。", "There is no such line.", line=place)
            for place in sorted(said)
            if not 1 <= place <= lines
        ),
        *(
            _finding(
                "refusal_without_ground",
                "不予认可的支出须写明理由和依据条款。",
                "A line that is refused needs a reason and a clause.",
                line=decision.line,
            )
            for decision in decisions
            if not decision.accepted and not (decision.reason and decision.clauses)
        ),
    ]


def people_findings(actor: str, *others: str | None) -> list[Finding]:
    """Who stated it does not check it, and neither of them confirms it."""
    zh, en = "填报、审核、确认须由不同人员办理。", "Stating, checking and confirming are of different people."
    return findings((actor in others, _finding("same_person", zh, en)))
