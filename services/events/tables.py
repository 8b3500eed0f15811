"""Every table of the events database, for Alembic."""

import kernel.tables
import services.events.attendance.feeds.models
import services.events.attendance.records.models
import services.events.attendance.registrations.models
import services.events.calendar.models

# ruff: noqa: F401
import services.events.hosting.models
import services.events.matching.models
