"""Every table of the events database, for Alembic."""

# ruff: noqa: F401

import kernel.tables
import services.events.calendar.models
import services.events.hosting.models
import services.events.matching.models
