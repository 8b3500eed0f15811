"""The kernel's tables, gathered for Alembic: every process's database has them."""

from kernel.cities import CityRow
from kernel.idempotency import StoredAnswer
from kernel.inbox import InboxEvent
from kernel.outbox import BacklogEvent, OutboxBatch, OutboxEvent, SubscriberCursor
from kernel.timers import Timer

KERNEL_TABLES = (
    CityRow,
    StoredAnswer,
    InboxEvent,
    OutboxEvent,
    OutboxBatch,
    BacklogEvent,
    SubscriberCursor,
    Timer,
)
