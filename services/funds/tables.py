"""Every table of the funds database, for Alembic."""

# ruff: noqa: F401

import kernel.supplements
import kernel.tables
import ledger.tables
import policy.models
import services.funds.angel.claims.models
import services.funds.angel.investments.models
import services.funds.angel.recoveries.models
import services.funds.angel.register.models
import services.funds.applications.models
import services.funds.approvals.models
import services.funds.books.models
import services.funds.clawback.models
import services.funds.entitlements.models
import services.funds.guidance_fund.investing.models
import services.funds.guidance_fund.reports.models
import services.funds.guidance_fund.returns.models
import services.funds.guidance_fund.selection.models
import services.funds.guidance_fund.sub_funds.models
import services.funds.hosting.models
import services.funds.invoices.models
import services.funds.loan_pool.arrears.models
import services.funds.loan_pool.claims.models
import services.funds.loan_pool.guard.models
import services.funds.loan_pool.lending.models
import services.funds.loan_pool.library.models
import services.funds.loan_pool.movements.models
import services.funds.loan_pool.recoveries.models
import services.funds.objections.models
import services.funds.paying_accounts.models
import services.funds.payments.models
import services.funds.periods.models
import services.funds.programmes.models
import services.funds.signatures.models
import services.funds.spending.models
import services.funds.statements.models
import services.funds.tranches.models
import services.funds.voucher_settlements.models
import services.funds.withdrawals.models
