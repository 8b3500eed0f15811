"""Every table of the window's database, for Alembic."""

import policy.models  # noqa: F401
