"""Scopes of every operation, and which roles hold them. A route with a scope that is not here fails the tests."""

PORTAL = frozenset({
    "parties:record", "held-data:read", "held-data:record",
    "catalogue:read", "cases:open", "cases:read", "organisations:write", "organisations:read", "carriers:read",
    "carriers:write", "recognition:object", "policies:read", "entitlements:read", "vouchers:read", "calendar:read",
    "feed:read", "consents:record", "consents:read", "consents:withdraw", "eligibility:scan", "eligibility:read",
    "statistics:read", "statistics:submit",
    "premises:read", "premises:write", "projects:read", "projects:write",
    "evaluations:read", "evaluations:report",
    "progress:read", "progress:report", "mentors:read", "mentors:write",
    "talent:read", "talent:write",
    "angel:file", "angel:read",
    "entitlements:confirm", "clawbacks:read", "clawbacks:object", "spending:read", "spending:report",
    "objections:file", "objections:read",
    "attendance:read", "attendance:register", "attendance:manage",
    "hosting:state", "hosting:read", "matching:read", "matching:join", "matching:arrange",
    "vouchers:reserve",
    "cases:rate",
    "competitions:read", "competitions:enter", "competitions:object",
})  # fmt: skip
BANK = frozenset({
    "loans:register", "loans:read", "claims:lodge", "claims:read", "recoveries:report", "pool:read", "feed:read",
    "policies:read", "cases:read", "catalogue:read", "arrears:report", "claims:prove",
    "borrowers:list", "borrowers:read",
    "calendar:read", "matching:read", "matching:join",
    "cases:rate",
})  # fmt: skip
OFFICER = frozenset({
    "parties:read", "parties:record", "people:override", "organisations:merge", "organisations:entrust",
    "held-data:read", "held-data:record",
    "catalogue:read", "cases:open", "cases:read", "cases:handle", "organisations:read", "organisations:write",
    "carriers:read", "carriers:write", "organisations:deregister", "recognition:object", "recognition:review",
    "recognition:decide", "entitlements:read", "entitlements:determine", "claims:read", "claims:review",
    "policies:read", "policies:approve", "editions:read", "calendar:read", "calendar:publish", "vouchers:read",
    "vouchers:issue", "providers:admit", "loans:read", "pool:read", "feed:read", "sandbox:read", "consents:read",
    "consents:withdraw", "eligibility:scan", "eligibility:read", "applications:read", "applications:review",
    "statistics:read", "statistics:manage",
    "premises:read", "premises:write",
    "premises:register", "projects:read", "projects:write",
    "evaluations:read", "evaluations:manage",
    "evaluations:rank", "evaluations:verify",
    "experts:manage",
    "progress:manage", "progress:read", "progress:report",
    "mentors:read", "mentors:write", "mentors:admit", "talent:read", "talent:write", "talent:decide",
    "pool:guard", "loans:extend",
    "angel:file", "angel:read", "angel:review",
    "entitlements:publish", "clawbacks:read", "clawbacks:find", "clawbacks:decide", "spending:read", "spending:check",
    "sub-funds:read", "sub-funds:select", "sub-funds:decide", "sub-funds:manage",
    "objections:file", "objections:read", "objections:answer", "borrowers:list", "borrowers:read",
    "attendance:read", "attendance:register", "attendance:manage", "attendance:sign",
    "hosting:read", "hosting:check", "hosting:confirm", "matching:read", "matching:arrange",
    "vouchers:reserve",
    "integrity:read", "integrity:act",
    "ratings:read", "ratings:answer", "overview:read",
    "competitions:read", "competitions:enter", "competitions:object", "competitions:manage", "competitions:score",
    "competitions:audit", "competitions:publish", "prizes:grant",
})  # fmt: skip
FINANCE = frozenset({
    "parties:read",
    "budgets:manage", "entitlements:read", "entitlements:determine", "entitlements:approve", "claims:read",
    "claims:decide", "pool:read", "payments:manage", "payments:read", "books:read", "books:close",
    "policies:read", "editions:read", "cases:read", "tranches:allot", "vouchers:read", "loans:read", "sandbox:read",
    "applications:read",
    "evaluations:read",
    "evaluations:rank",
    "angel:read", "angel:decide",
    "entitlements:publish", "clawbacks:read", "clawbacks:find", "clawbacks:decide", "clawbacks:collect",
    "spending:read",
    "sub-funds:read", "sub-funds:decide", "sub-funds:manage",
    "objections:read", "objections:answer", "borrowers:read",
    "hosting:read", "hosting:confirm",
    "integrity:read", "settlements:prepare", "settlements:confirm",
})  # fmt: skip
OPERATOR = frozenset({
    "parties:read", "people:override", "held-data:read",
    "policies:read", "policies:set", "editions:read", "clients:manage", "banks:admit", "organisations:read",
    "organisations:write", "organisations:deregister", "carriers:read", "vouchers:read", "pool:read",
    "books:read", "cases:read", "catalogue:read", "sandbox:read", "sandbox:clock", "sandbox:close",
    "statistics:read",
    "premises:read", "projects:read",
    "progress:read",
    "mentors:read",
    "sub-funds:read",
    "ratings:read", "overview:read",
})  # fmt: skip
AUDITOR = frozenset({
    "parties:read", "held-data:read",
    "books:read", "cases:read", "entitlements:read", "claims:read", "policies:read", "editions:read", "vouchers:read",
    "pool:read", "loans:read", "carriers:read", "organisations:read", "payments:read", "feed:read", "consents:read",
    "eligibility:read", "applications:read", "clawbacks:read", "spending:read",
    "statistics:read",
    "premises:read", "projects:read",
    "evaluations:read", "evaluations:rank",
    "progress:read", "mentors:read", "talent:read",
    "angel:read",
    "sub-funds:read",
    "objections:read", "borrowers:read",
    "attendance:read", "calendar:read",
    "hosting:read", "matching:read",
    "integrity:read",
    "ratings:read", "overview:read",
    "competitions:read", "competitions:audit",
})  # fmt: skip
PROVIDER = frozenset({"vouchers:redeem", "vouchers:read", "feed:read"})
# A body outside the administration that verifies what carriers report (XZ-24): only those assigned to it.
EVALUATOR = frozenset({
    "carriers:read", "catalogue:read", "evaluations:read", "evaluations:verify", "policies:read",
})  # fmt: skip
# Who manages sub-funds that public money joins: only its own (ZZ-29, WH-23, LZ-26).
FUND_MANAGER = frozenset({
    "sub-funds:read", "sub-funds:propose", "sub-funds:report", "catalogue:read", "policies:read", "feed:read",
})  # fmt: skip
PLATFORM = frozenset({"sandboxes:manage", "sandbox:close", "catalogue:read", "policies:read"})
WORKLOAD = frozenset({"internal"})

ROLE_SCOPES: dict[str, frozenset[str]] = {
    "portal": PORTAL,
    "bank": BANK,
    "officer": OFFICER,
    "finance": FINANCE,
    "operator": OPERATOR,
    "auditor": AUDITOR,
    "provider": PROVIDER,
    "evaluator": EVALUATOR,
    "fund_manager": FUND_MANAGER,
    "platform": PLATFORM,
    "workload": WORKLOAD,
}
ALL_SCOPES = frozenset().union(*ROLE_SCOPES.values())
