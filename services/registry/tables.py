"""Every table of the registry's database, for Alembic."""

import kernel.tables  # noqa: F401
import policy.models  # noqa: F401
import services.registry.cancellation.models
import services.registry.carriers.models
import services.registry.certificates.models
import services.registry.examinations.models
import services.registry.experts.models
import services.registry.organisations.models
import services.registry.panels.models
import services.registry.recognition.models
import services.registry.upkeep.models  # noqa: F401
