"""Determinations of the registry, for the city's staff and for those whose cases and carriers they decided."""

from kernel.auth import may
from policy.determination_routes import determination_routes
from services.registry.determinations.queries import determination_is_seen

routes = determination_routes(
    "registry", guard=may("carriers:read"), tag="registry: determinations", sees=determination_is_seen
)
