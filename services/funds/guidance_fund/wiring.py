"""What the guidance fund adds to the process."""

from kernel.timers import TimerHandler
from services.funds.guidance_fund.investing.api import routes as investing
from services.funds.guidance_fund.reports.api import routes as reports
from services.funds.guidance_fund.reports.expecting import EXPECTED, OVERDUE, on_period_over, on_report_overdue
from services.funds.guidance_fund.returns.api import routes as returns
from services.funds.guidance_fund.selection.api import routes as selection
from services.funds.guidance_fund.sub_funds.api import routes as sub_funds
from services.funds.guidance_fund.sub_funds.drawing import SHARE, shares_moved
from services.funds.guidance_fund.sub_funds.queries import shares_received
from services.funds.payments.subjects import Subject

ROUTERS = (selection, sub_funds, investing, returns, reports)
TIMERS: dict[str, TimerHandler] = {EXPECTED: on_period_over, OVERDUE: on_report_overdue}
# A share that has reached the sub-fund may be invested already: the bank cannot simply take it back.
SUBJECTS = {SHARE: Subject("dsh", moved=shares_moved, recovered=shares_received)}
