"""Every table of the registry's database, for Alembic."""

import kernel.supplements
import kernel.tables  # noqa: F401
import policy.models  # noqa: F401
import services.registry.cancellation.models
import services.registry.carriers.models
import services.registry.certificates.models
import services.registry.chain.models
import services.registry.endings.models
import services.registry.evaluation.models
import services.registry.examinations.models
import services.registry.experts.models
import services.registry.held_data.models
import services.registry.mentors.pool.models
import services.registry.mentors.sessions.models
import services.registry.operator_changes.models
import services.registry.organisations.models
import services.registry.panels.models
import services.registry.parties.models
import services.registry.people.models
import services.registry.premises.models
import services.registry.progress.bodies.models
import services.registry.progress.duties.models
import services.registry.progress.plans.models
import services.registry.progress.reports.models
import services.registry.progress.scores.models
import services.registry.recognition.models
import services.registry.statistics.models
import services.registry.talent.models
import services.registry.tenancy.models
import services.registry.tenant_imports.models
import services.registry.upkeep.models  # noqa: F401
