"""Every table of the events database, for Alembic."""

# ruff: noqa: F401
import kernel.tables
import policy.models
import services.events.attendance.feeds.models
import services.events.attendance.records.models
import services.events.attendance.registrations.models
import services.events.calendar.models
import services.events.competitions.models
import services.events.hosting.models
import services.events.judging.models
import services.events.matching.models
import services.events.results.models
