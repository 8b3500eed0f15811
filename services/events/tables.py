"""Every table of the events database, for Alembic."""

import kernel.tables  # noqa: F401
import services.events.calendar.models  # noqa: F401
