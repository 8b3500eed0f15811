"""What the loan pool adds to the process."""

from services.funds.loan_pool.arrears.api import routes as arrears
from services.funds.loan_pool.claims.api import routes as claims
from services.funds.loan_pool.claims.service import on_case_opened
from services.funds.loan_pool.daily.api import routes as daily
from services.funds.loan_pool.guard.api import routes as guard
from services.funds.loan_pool.lending.api import routes as lending
from services.funds.loan_pool.library.api import routes as library
from services.funds.loan_pool.proofs.api import routes as proofs
from services.funds.loan_pool.recoveries.api import routes as recoveries

__all__ = ["ROUTERS", "on_case_opened"]
ROUTERS = (claims, proofs, lending, recoveries, daily, arrears, guard, library)
