"""When a consent may be recorded, and whether it counts. Pure."""

from datetime import date

from kernel.findings import Finding, findings

ACTIVE = "active"


def consent_findings(*, valid_until: date, today: date, organisation_status: str) -> list[Finding]:
    """Who consents exists in law, and consents to something that has not ended."""
    over = Finding(
        "consent_over",
        (),
        "同意的截止日期不得早于今日。",
        "The last day of the consent lies in the past.",
        {"valid_until": valid_until.isoformat()},
    )
    return findings((valid_until < today, over), (organisation_status != ACTIVE, organisation_ended()))


def organisation_ended() -> Finding:
    """Who no longer exists in law consents to nothing and gets nothing new."""
    return Finding("organisation_ended", (), "该单位已注销。", "The organisation no longer exists in law.")


def is_live(*, valid_until: date, is_withdrawn: bool, today: date) -> bool:
    """A consent counts to the end of its last day, unless it was withdrawn."""
    return valid_until >= today and not is_withdrawn
