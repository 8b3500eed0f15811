"""Facts of the guidance fund. Amounts in fen.

A `manager_id` that may be null is so only in what was told before it was named.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class SubFundProposed(Event):
    """A manager proposed a sub-fund under a call. Amounts of sub-funds are in fen."""

    TYPE: ClassVar[str] = "sub_fund.proposed"

    proposal_id: UUID
    call_id: UUID
    manager_id: UUID
    programme: str
    asked_fen: int


class SubFundNoticePublished(Event):
    """Public notice of a sub-fund to be joined, up to and with `until`.

    Told again when a notice of holidays moves a day that was provisional, later only.
    """

    TYPE: ClassVar[str] = "sub_fund.notice_published"

    proposal_id: UUID
    manager_id: UUID
    until: date
    provisional: bool = False


class SubFundApproved(Event):
    """Public money will join it with `amount_fen`."""

    TYPE: ClassVar[str] = "sub_fund.approved"

    proposal_id: UUID
    manager_id: UUID
    amount_fen: int
    determination_id: UUID


class SubFundRefused(Event):
    TYPE: ClassVar[str] = "sub_fund.refused"

    proposal_id: UUID
    manager_id: UUID


class SubFundEstablished(Event):
    """It was founded: all investors together committed `size_fen`, the city `public_fen` of it."""

    TYPE: ClassVar[str] = "sub_fund.established"

    sub_fund_id: UUID
    proposal_id: UUID
    manager_id: UUID
    size_fen: int
    public_fen: int


class SubFundCalled(Event):
    """A drawdown is called from every investor."""

    TYPE: ClassVar[str] = "sub_fund.called"

    sub_fund_id: UUID
    drawdown_id: UUID
    manager_id: UUID
    amount_fen: int


class SubFundCallLapsed(Event):
    """A drawdown was closed although `amount_fen` of it never came: that can be called again."""

    TYPE: ClassVar[str] = "sub_fund.call_lapsed"

    sub_fund_id: UUID
    drawdown_id: UUID
    manager_id: UUID
    amount_fen: int


class SubFundPaidIn(Event):
    """Every share of a drawdown has reached the sub-fund."""

    TYPE: ClassVar[str] = "sub_fund.paid_in"

    sub_fund_id: UUID
    drawdown_id: UUID
    manager_id: UUID
    amount_fen: int


class SubFundInvested(Event):
    """A sub-fund invested in a firm; `firm_id` is null for one outside the city's register."""

    TYPE: ClassVar[str] = "sub_fund.invested"

    sub_fund_id: UUID
    investment_id: UUID
    firm_id: UUID | None
    amount_fen: int
    is_local: bool
    manager_id: UUID | None = None


class SubFundExited(Event):
    """A holding, or a part of it, was left."""

    TYPE: ClassVar[str] = "sub_fund.exited"

    sub_fund_id: UUID
    investment_id: UUID
    cost_fen: int
    proceeds_fen: int
    manager_id: UUID | None = None


class SubFundDistributed(Event):
    """A sub-fund paid out to its investors; `public_fen` is to arrive at the city's treasury."""

    TYPE: ClassVar[str] = "sub_fund.distributed"

    sub_fund_id: UUID
    return_id: UUID
    amount_fen: int
    public_fen: int
    manager_id: UUID | None = None


class SubFundReturned(Event):
    """The city's part of a distribution, or the price of its stake, has arrived."""

    TYPE: ClassVar[str] = "sub_fund.returned"

    sub_fund_id: UUID
    return_id: UUID
    kind: str
    amount_fen: int
    manager_id: UUID | None = None


class SubFundWoundUp(Event):
    """It is no more; `lost_fen` of the city's money did not come back."""

    TYPE: ClassVar[str] = "sub_fund.wound_up"

    sub_fund_id: UUID
    manager_id: UUID
    lost_fen: int


class SubFundReported(Event):
    TYPE: ClassVar[str] = "sub_fund.reported"

    sub_fund_id: UUID
    report_id: UUID
    manager_id: UUID
    period: str
    was_overdue: bool


class SubFundReportOverdue(Event):
    """A report was not handed in by its last day."""

    TYPE: ClassVar[str] = "sub_fund.report_overdue"

    sub_fund_id: UUID
    report_id: UUID
    manager_id: UUID
    period: str
    due_on: date
