"""What a list of tenants is narrowed by."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.registry.carriers.filters import Sought
from services.registry.organisations.schemas import CreditCode
from services.registry.tenancy.models import TenantKind
from services.registry.tenancy.states import TenancyStatus


@dataclass(frozen=True, slots=True)
class TenantFilter:
    """`credit_code` finds every tenancy of a firm, open and ended."""

    kind: TenantKind | None = None
    status: TenancyStatus | None = None
    credit_code: CreditCode | None = None
    q: Sought = None


FilterDep = Annotated[TenantFilter, Depends(TenantFilter)]
