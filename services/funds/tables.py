"""Every table of the funds database, for Alembic."""

import kernel.tables  # noqa: F401
import policy.models  # noqa: F401
