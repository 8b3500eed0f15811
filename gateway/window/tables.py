"""Every table of the window's database, for Alembic."""

# ruff: noqa: F401

import gateway.window.bundles.models
import gateway.window.cases.models
import gateway.window.consents.models
import gateway.window.editions.models
import gateway.window.eligibility.models
import gateway.window.feed.models
import gateway.window.identity.models
import gateway.window.policies.models
import gateway.window.ratings.models
import gateway.window.sandboxes.models
import gateway.window.signin.models
import gateway.window.supplements.models
import gateway.window.webhooks.models
import kernel.tables
import policy.models
