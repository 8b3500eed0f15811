"""The window: identities, policy state, catalogue, cases and feed. `uvicorn --factory gateway.window.main:build`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from contracts.subscriptions import SUBSCRIPTIONS
from gateway.window import bootstrap
from gateway.window.bundles.api import routes as bundles
from gateway.window.calendar_watch import watching_the_calendar
from gateway.window.cases.api import routes as cases
from gateway.window.cases.consumers import CONSUMERS, TIMERS
from gateway.window.catalogue.api import routes as catalogue
from gateway.window.consents.api import routes as consents
from gateway.window.developer.api import routes as developer
from gateway.window.developer.api import static_files
from gateway.window.editions.api import as_of
from gateway.window.editions.api import routes as editions
from gateway.window.editions.weighing import weighing
from gateway.window.eligibility.api import routes as eligibility
from gateway.window.feed.api import routes as feed
from gateway.window.identity.api import internal as identities
from gateway.window.identity.api import routes as clients
from gateway.window.identity.keys import SigningKeys
from gateway.window.identity.oauth import routes as oauth
from gateway.window.identity.wiring import install_identity
from gateway.window.overview.api import routes as overview
from gateway.window.policies.api import routes as policies
from gateway.window.portal.api import routes as portal
from gateway.window.ratings.api import routes as ratings
from gateway.window.reference.api import routes as reference
from gateway.window.reference.problems import install_problem_pages
from gateway.window.sandboxes.api import routes as sandboxes
from gateway.window.settings import WindowSettings
from gateway.window.signin.api import codes as sign_in_codes
from gateway.window.signin.api import routes as sign_in_pages
from gateway.window.signin.client import signing_in
from gateway.window.supplements.api import routes as supplements
from gateway.window.supplements.lapsing import TIMERS as SUPPLEMENT_TIMERS
from gateway.window.targets.api import routes as targets
from gateway.window.webhooks.api import routes as webhooks
from gateway.window.webhooks.sending import sending
from kernel.app import create_app
from kernel.identity import Keys

ROUTERS = (
    oauth,
    sign_in_codes,
    clients,
    identities,
    sandboxes,
    policies,
    sign_in_pages,  # before the pages of items, which may be called anything else
    portal,
    editions,
    as_of,
    catalogue,
    cases,
    supplements,
    bundles,
    ratings,
    consents,
    eligibility,
    feed,
    developer,
    reference,
    targets,
    overview,
    webhooks,
)


def build(settings: WindowSettings | None = None, *, keys: Keys | None = None) -> FastAPI:
    """The app; settings come from the environment unless a test gives them."""
    settings = settings or WindowSettings.of_environment()
    signing_keys = SigningKeys(settings.signing_keys_dir)
    app = create_app(
        settings,
        title="Window",
        routers=ROUTERS,
        subscriptions=SUBSCRIPTIONS,
        consumers=CONSUMERS,
        timers=TIMERS | SUPPLEMENT_TIMERS,
        parts=[bootstrapped, weighing, sending, signing_in, watching_the_calendar],
        keys=keys or signing_keys,
    )
    app.mount("/docs/static", static_files)
    install_problem_pages(app)
    install_identity(app, settings, signing_keys, keys)
    return app


@asynccontextmanager
async def bootstrapped(app: FastAPI) -> AsyncIterator[None]:
    """The platform's own client and the live cities exist before the first request."""
    async with app.state.sessions() as session, session.begin():
        await bootstrap.ensure(session, app.state.settings)
    yield
