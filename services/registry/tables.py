"""Every table of the registry's database, for Alembic."""

import kernel.tables  # noqa: F401
import policy.models  # noqa: F401
import services.registry.carriers.models
import services.registry.certificates.models
import services.registry.mentors.pool.models
import services.registry.mentors.sessions.models
import services.registry.natural_persons.models
import services.registry.organisations.models
import services.registry.progress.bodies.models
import services.registry.progress.duties.models
import services.registry.progress.plans.models
import services.registry.progress.reports.models
import services.registry.progress.scores.models
import services.registry.recognition.models
import services.registry.talent.models  # noqa: F401
