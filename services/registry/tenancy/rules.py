"""Who may move into a carrier and leave it, purely. No document sets a figure here: what is checked is plain sense."""

from datetime import date

from kernel.findings import Finding, findings

FIRM_KEY_MAX = 220  # allow number: what the column holds; casefold makes up to three characters of one
SEATS_MAX = 100_000  # allow number: no tenant has as many, and a slip of the pen stays one tenant's


def firm_key(*, credit_code: str | None, name: str) -> str:
    """What tells two tenants of one carrier apart: the credit code, else the name as it is compared."""
    return f"c:{credit_code}" if credit_code else f"n:{''.join(name.split()).casefold()}"[:FIRM_KEY_MAX]


def admission_findings(
    *,
    started_on: date,
    agreed_until: date | None,
    today: date,
    firm_is_active: bool,
    seats: int,
    free_seats: int | None,
) -> list[Finding]:
    """It began no later than today, a firm in law, with an agreement that has not run backwards, on seats there are."""
    future = Finding("started_in_future", (), "入驻日期不得晚于今日。", "The tenancy begins in the future.")
    backwards = Finding(
        "agreement_backwards", (), "协议到期日早于入驻日期。", "The agreement ends before the tenancy begins."
    )
    gone = Finding("tenant_deregistered", (), "入驻单位已注销。", "The tenant is deregistered.")
    return findings(
        (started_on > today, future),
        (agreed_until is not None and agreed_until < started_on, backwards),
        (not firm_is_active, gone),
        (free_seats is not None and seats > free_seats, no_free_seats(free_seats)),
    )


def no_free_seats(free: int | None) -> Finding:
    """More seats than the premises state and nobody else sits on."""
    return Finding("no_free_seats", (), "工位不足。", "There are not enough free seats.", {"free": free})


def leaving_findings(*, on: date, started_on: date, today: date) -> list[Finding]:
    """The first day without the tenant: after it came, no later than today."""
    early = Finding(
        "left_before_coming",
        (),
        "退出日期早于入驻日期。",
        "The tenant left before it came.",
        {"started_on": started_on.isoformat()},
    )
    future = Finding("left_in_future", (), "退出日期不得晚于今日。", "The day of leaving lies in the future.")
    return findings((on < started_on, early), (on > today, future))
