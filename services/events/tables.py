"""Every table of the events database, for Alembic."""

import kernel.tables  # noqa: F401
import policy.models  # noqa: F401
import services.events.calendar.models
import services.events.competitions.models
import services.events.judging.models
import services.events.results.models  # noqa: F401
