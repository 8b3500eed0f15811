"""Webhooks over HTTP. They follow Standard Webhooks; what they are told is the feed."""

from typing import Annotated

from fastapi import Request

from gateway.window.webhooks import service
from gateway.window.webhooks.models import Webhook, WebhookDelivery
from gateway.window.webhooks.schemas import (
    DeliveryOut,
    NewWebhookOut,
    ReplayIn,
    WebhookChangeIn,
    WebhookId,
    WebhookIn,
    WebhookOut,
)
from gateway.window.webhooks.sending import private_allowed
from gateway.window.webhooks.standard import secret_of
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional, OnceShown
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router

routes = router(prefix="/v1/window/webhooks", tags=["feed"])
MayReadFeed = Annotated[Caller, may("feed:read")]


@routes.post("", status_code=201)
async def add_webhook(
    caller: MayReadFeed, body: WebhookIn, request: Request, session: SessionDep, _once: OnceShown
) -> NewWebhookOut:
    """Be told of the feed from now on, signed (webhook-id, webhook-timestamp, webhook-signature), in order.

    An entry is sent until it is answered with 2xx, for three days at growing distances; 410 ends it. The secret is
    shown this once.
    """
    allowed = private_allowed(request.app.state.settings, caller.city)
    row = await service.add_webhook(session, url=body.url, types=body.types, private_allowed=allowed, caller=caller)
    return _with_secret(request, row)


@routes.get("")
async def list_webhooks(caller: MayReadFeed, session: SessionDep) -> list[WebhookOut]:
    """The client's own webhooks."""
    return [WebhookOut.model_validate(row) for row in await service.webhooks_of(session, caller)]


@routes.get("/{webhook_id}")
async def read_webhook(caller: MayReadFeed, webhook_id: WebhookId, session: SessionDep) -> WebhookOut:
    """How far it has come, and whether it fails."""
    return WebhookOut.model_validate(await service.webhook_for(session, webhook_id, caller))


@routes.patch("/{webhook_id}")
async def change_webhook(
    caller: MayReadFeed, webhook_id: WebhookId, body: WebhookChangeIn, request: Request, session: SessionDep
) -> WebhookOut:
    """Another address or other types; it goes on where it was, with its secret, also if it was given up."""
    allowed = private_allowed(request.app.state.settings, caller.city)
    row = await service.change_webhook(
        session, webhook_id, caller, url=body.url, types=body.types, private_allowed=allowed
    )
    return WebhookOut.model_validate(row)


@routes.delete("/{webhook_id}", status_code=204)
async def remove_webhook(caller: MayReadFeed, webhook_id: WebhookId, session: SessionDep) -> None:
    """It is told nothing more."""
    await service.remove_webhook(session, webhook_id, caller)


@routes.post("/{webhook_id}/secrets", status_code=201)
async def renew_webhook_secret(
    caller: MayReadFeed, webhook_id: WebhookId, request: Request, session: SessionDep, _once: OnceShown
) -> NewWebhookOut:
    """The next secret, shown this once; for a day the one before signs too."""
    return _with_secret(request, await service.renew_secret(session, webhook_id, caller))


@routes.post("/{webhook_id}/replays")
async def replay_webhook(
    caller: MayReadFeed, webhook_id: WebhookId, body: ReplayIn, session: SessionDep, _key: KeyOptional = None
) -> WebhookOut:
    """Send again what follows a position of the feed; one that was given up starts again."""
    return WebhookOut.model_validate(await service.replay(session, webhook_id, caller, after=body.after))


@routes.get("/{webhook_id}/deliveries")
async def list_webhook_deliveries(
    caller: MayReadFeed, webhook_id: WebhookId, session: SessionDep, page: PageDep
) -> Page[DeliveryOut]:
    """Every try of thirty days, newest first."""
    row = await service.webhook_for(session, webhook_id, caller)
    log = service.deliveries_of(row)
    key = (WebhookDelivery.recorded_at, WebhookDelivery.id)
    rows, cursor = await page_of(session, log, page, key, descending=True)
    return Page(items=[DeliveryOut.model_validate(one) for one in rows], next_cursor=cursor)


def _with_secret(request: Request, row: Webhook) -> NewWebhookOut:
    secret = secret_of(request.app.state.settings.cursor_secret, str(row.id), row.generation)
    return NewWebhookOut(**dict(WebhookOut.model_validate(row)), secret=secret)
