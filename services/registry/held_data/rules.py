"""What need not be asked again, purely."""

from datetime import date

from kernel.findings import Finding, findings


def need_not_ask(*, is_applicants_word: bool, has_consent: bool, valid_until: date | None, today: date) -> bool:
    """What has not run out, and what may be used again: an applicant's own word only with its consent."""
    has_run_out = valid_until is not None and valid_until < today
    return not has_run_out and (has_consent or not is_applicants_word)


def datum_findings(*, is_clerk: bool, is_applicants_word: bool, valid_until: date | None, today: date) -> list[Finding]:
    """A register's or licence's word is a clerk's to state; what has run out is not worth keeping."""
    not_yours = Finding(
        "source_not_yours",
        (),
        "仅窗口人员可以登记簿或执照为来源。",
        "Only the window's clerks state what a register or a licence says.",
    )
    over = Finding("datum_over", (), "数据有效期已过。", "The datum has run out.")
    has_run_out = valid_until is not None and valid_until < today
    return findings((not is_clerk and not is_applicants_word, not_yours), (has_run_out, over))
