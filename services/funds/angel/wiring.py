"""What angel compensation adds to the process."""

from services.funds.angel.claims.api import routes as claims
from services.funds.angel.claims.service import on_case_opened
from services.funds.angel.investments.api import routes as investments
from services.funds.angel.recoveries.api import routes as recoveries
from services.funds.angel.register.api import routes as register

__all__ = ["ROUTERS", "on_case_opened"]
ROUTERS = (register, investments, claims, recoveries)
