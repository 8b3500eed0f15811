"""Determinations of vouchers, for the city's staff, the voucher's holder and the provider that redeemed."""

from contracts.asking import may_own
from policy.determination_routes import determination_routes
from services.vouchers.determinations.queries import determination_is_seen

routes = determination_routes(
    "vouchers", guard=may_own("vouchers:read"), tag="vouchers: determinations", sees=determination_is_seen
)
