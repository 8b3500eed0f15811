"""Determinations of the registry, for the city's staff and for the applicants whose cases they decided."""

from policy.determination_routes import determination_routes
from services.registry.recognition.queries import determination_is_seen

routes = determination_routes(
    "registry", scope="carriers:read", tag="registry: determinations", sees=determination_is_seen
)
