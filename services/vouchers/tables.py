"""Every table of the vouchers database, for Alembic."""

# ruff: noqa: F401

import kernel.supplements
import kernel.tables
import ledger.tables
import policy.models
import services.vouchers.applications.models
import services.vouchers.contracts.models
import services.vouchers.integrity.bars.models
import services.vouchers.integrity.findings.models
import services.vouchers.integrity.measures.models
import services.vouchers.issuance.models
import services.vouchers.programmes.models
import services.vouchers.providers.models
import services.vouchers.redemption.models
import services.vouchers.settlement.models
