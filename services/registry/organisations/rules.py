"""What an organisation may have recorded about it, purely."""

from collections.abc import Collection, Iterable
from datetime import date
from hashlib import sha256
from uuid import UUID

from kernel.findings import Finding, findings

_FUTURE = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")


def override_findings(*, is_clerk: bool, has_evidence: bool) -> list[Finding]:
    """A clerk's reason is enough to set warnings aside; anybody else states evidence."""
    needed = Finding(
        "override_needs_evidence",
        ("GB 32100-2015",),
        "代码校验存疑,非窗口人员须说明证明材料。",
        "The code is doubtful: whoever is not a clerk has to state evidence for it.",
    )
    return findings((not is_clerk and not has_evidence, needed))


def payee_findings(*, payee_name: str, names: Iterable[str], may_be_another: bool) -> list[Finding]:
    """Money goes to the organisation itself, under its present or an earlier name; a team has no account of its own."""
    differs = Finding(
        "payee_name_differs",
        (),
        "收款户名与单位名称不一致。",
        "The payee of the account is not the organisation under any of its names.",
    )
    known = {_bare(name) for name in names}
    return findings((not may_be_another and _bare(payee_name) not in known, differs))


def entrusting_findings(*, client: str, held_by: str, is_ours: bool, has_ended: bool) -> list[Finding]:
    """What exists is entrusted to another than has it; a process of ours acts for nobody."""
    same = Finding("entrusted_already", (), "该单位已由其代办。", "It acts for the organisation already.")
    zh, en = "本系统的服务不代办单位事务。", "A process of this system acts for no organisation."
    ours = Finding("entrusted_to_process", (), zh, en)
    return [*ended_findings(has_ended=has_ended), *findings((client == held_by, same), (is_ours, ours))]


def borrower_findings(*, name: str, names: Iterable[str]) -> list[Finding]:
    """Who names a firm by its credit code knows what it is called, now or before; the right name is not told."""
    differs = Finding(
        "organisation_name_differs",
        (),
        "单位名称与该统一社会信用代码的登记名称不一致。",
        "The credit code is registered under another name.",
    )
    return findings((_bare(name) not in {_bare(known) for known in names}, differs))


def rename_findings(*, effective_on: date, last_named_on: date, today: date) -> list[Finding]:
    """A name begins no later than today and after the name before it."""
    overlaps = Finding(
        "name_not_later",
        (),
        "新名称的启用日期须晚于现名称。",
        "The new name has to begin after the present one.",
        {"last_named_on": last_named_on.isoformat()},
    )
    return findings((effective_on > today, _FUTURE), (effective_on <= last_named_on, overlaps))


def incorporation_findings(*, effective_on: date, last_named_on: date, today: date, is_active: bool) -> list[Finding]:
    """A team that exists becomes a firm no later than today; the firm's name follows the team's."""
    renamed = rename_findings(effective_on=effective_on, last_named_on=last_named_on, today=today)
    return [*ended_findings(has_ended=not is_active), *renamed]


def ended_findings(*, has_ended: bool) -> list[Finding]:
    """What is no more is called and paid as it was when it ended."""
    return findings((has_ended, Finding("organisation_ended", (), "该单位已终止。", "The organisation has ended.")))


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def mark_of(ids: Collection[UUID]) -> str:
    """What exactly these are told apart by from any others, in whatever order: 64 hexadecimal digits."""
    return sha256(b"".join(sorted(one.bytes for one in ids))).hexdigest()
