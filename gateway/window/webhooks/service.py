"""Webhooks of a client: made, given a new secret, set back, removed."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.feed.models import FeedEntry
from gateway.window.feed.service import stamp
from gateway.window.identity.models import Client
from gateway.window.webhooks.models import Webhook, WebhookDelivery
from gateway.window.webhooks.standard import is_target
from gateway.window.webhooks.states import Status
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict, Forbidden, Invalid, NotFound

PER_CLIENT_MAX = 5
OLD_SECRET_LIVES = timedelta(hours=24)


class TargetNotAllowed(Invalid):
    code, title_zh, title_en = (
        "target_not_allowed",
        "推送地址须为公网 https 地址",
        "The address must be https on the open internet",
    )


class TooManyWebhooks(Conflict):
    code, title_zh, title_en = "too_many_webhooks", "每个客户端至多五个推送地址", "A client has five webhooks at most"


async def add_webhook(
    session: AsyncSession, *, url: str, types: list[str], private_allowed: bool, caller: Caller
) -> Webhook:
    """From now on; what was before can be replayed. Raises TargetNotAllowed, TooManyWebhooks, Forbidden."""
    client = await session.get(Client, caller.subject, with_for_update=True)
    if client is None:
        raise Forbidden("a webhook belongs to a program's client")
    must_be_target(url, private_allowed=private_allowed)
    if len(await webhooks_of(session, caller)) >= PER_CLIENT_MAX:
        raise TooManyWebhooks
    row = Webhook(
        id=new_id(),
        city_code=caller.city,
        client_id=client.client_id,
        url=url,
        types=sorted(set(types)),
        status=Status.ACTIVE,
        generation=1,
        position=await newest_position(session, caller.city),
        tries=0,
    )
    session.add(row)
    await session.flush()
    return row


def must_be_target(url: str, *, private_allowed: bool) -> None:
    """Raises TargetNotAllowed."""
    if not is_target(url, private_allowed=private_allowed):
        raise TargetNotAllowed(errors=[{"pointer": "/url", "code": "target_not_allowed", "message": "https"}])


async def newest_position(session: AsyncSession, city_code: str) -> int:
    """Of the city's feed, with what nobody has read yet."""
    await stamp(session, city_code)
    newest = select(func.max(FeedEntry.position)).where(FeedEntry.city_code == city_code)
    return await session.scalar(newest) or 0


async def webhooks_of(session: AsyncSession, caller: Caller) -> list[Webhook]:
    """The client's own, oldest first."""
    mine = select(Webhook).where(Webhook.client_id == caller.subject, Webhook.city_code == caller.city)
    return list(await session.scalars(mine.order_by(Webhook.recorded_at, Webhook.id)))


async def webhook_for(session: AsyncSession, webhook_id: UUID, caller: Caller, *, lock: bool = False) -> Webhook:
    """One of the client's own. Raises NotFound."""
    row = await session.get(Webhook, webhook_id, with_for_update=lock)
    if row is None or (row.client_id, row.city_code) != (caller.subject, caller.city):
        raise NotFound
    return row


async def change_webhook(
    session: AsyncSession,
    webhook_id: UUID,
    caller: Caller,
    *,
    url: str | None,
    types: list[str] | None,
    private_allowed: bool,
) -> Webhook:
    """What is on its way to the address before is told the new one again. Raises NotFound, TargetNotAllowed."""
    row = await webhook_for(session, webhook_id, caller, lock=True)
    if url is not None:
        must_be_target(url, private_allowed=private_allowed)
        row.url = url
    if types is not None:
        row.types = sorted(set(types))
    _start_again(row)
    return row


def _start_again(row: Webhook) -> None:
    row.status, row.tries = Status.ACTIVE, 0
    row.failing_since = row.next_at = row.leased_until = None


async def renew_secret(session: AsyncSession, webhook_id: UUID, caller: Caller) -> Webhook:
    """The next secret; the one before signs too for a day."""
    row = await webhook_for(session, webhook_id, caller, lock=True)
    row.generation += 1
    row.previous_until = clock.real_now() + OLD_SECRET_LIVES
    return row


async def replay(session: AsyncSession, webhook_id: UUID, caller: Caller, *, after: int) -> Webhook:
    """Go on after a position, earlier or later; one that was given up starts again."""
    row = await webhook_for(session, webhook_id, caller, lock=True)
    row.position = min(after, await newest_position(session, caller.city))
    _start_again(row)
    return row


def deliveries_of(row: Webhook) -> Select[WebhookDelivery]:
    """Every try that is kept."""
    return select(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id)


async def remove_webhook(session: AsyncSession, webhook_id: UUID, caller: Caller) -> None:
    """It is told nothing more, and its log goes with it."""
    row = await webhook_for(session, webhook_id, caller, lock=True)
    await session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id))
    await session.delete(row)
