"""When an incomplete application is accepted on a promise (容缺受理). Plain values in, plain values out.

Main documents are there and only minor ones are missing; each of those is promised in writing; the time for them is no
longer than the item's own; and the applicant has no bad credit that was not repaired.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, findings

Names = tuple[str, str]  # in Chinese and English


def promise_findings(missing: Sequence[Finding], promised: Container[str]) -> list[Finding]:
    """What of the missing documents keeps the case from being accepted: main ones, and minor ones nobody promised."""
    main = [finding for finding in missing if not finding.facts["may_follow"]]
    minor = [finding for finding in missing if finding.facts["may_follow"]]
    return main + [_unpromised(finding) for finding in minor if finding.facts["document"] not in promised]


def _unpromised(missing: Finding) -> Finding:
    zh = "申请人未书面承诺补交该材料。" + missing.zh
    en = "The applicant has not promised this document in writing. " + missing.en
    return Finding("document_not_promised", missing.clauses, zh, en, {"document": missing.facts["document"]})


def strange_kinds(kinds: Iterable[str], known: Container[str]) -> list[int]:
    """Places that name a document nobody waits for."""
    return [place for place, kind in enumerate(kinds) if kind not in known]


def term_findings(working_days: int, *, promised_working_days: int) -> list[Finding]:
    """The time for the supplement ends no later than the item's own."""
    zh = f"补交期限({working_days} 个工作日)不得超过事项承诺时限({promised_working_days} 个工作日)。"
    en = f"{working_days} working days are more than the item's promised {promised_working_days}."
    facts = {"working_days": working_days, "promised_working_days": promised_working_days}
    return findings((working_days > promised_working_days, Finding("supplement_term_too_long", (), zh, en, facts)))


@dataclass(frozen=True, slots=True)
class Credit:
    """What is known of the applicant's credit: what the officer found, and where; and until when it is barred from
    vouchers in this city, which is the one such record the product keeps itself."""

    has_unrepaired_record: bool
    source: str
    barred_until: date | None


def credit_findings(credit: Credit) -> list[Finding]:
    """Who has broken faith and not repaired it is not believed on a promise."""
    zh, en = "申请人有失信记录且尚未修复,不适用容缺受理。", "The applicant has an unrepaired record of bad credit."
    recorded = Finding("credit_unrepaired", (), zh, en, {"source": credit.source})
    until = credit.barred_until.isoformat() if credit.barred_until else None
    zh = f"申请人因违规被禁入创新券(至 {until}),尚未解除,不适用容缺受理。"
    en = f"The applicant is barred from vouchers until {until}, which has not been lifted."
    barred = Finding("applicant_barred", (), zh, en, {"until_on": until})
    return findings((credit.has_unrepaired_record, recorded), (credit.barred_until is not None, barred))
