"""Scopes of every operation, and which roles hold them. A route with a scope that is not here fails the tests."""

PORTAL = frozenset({
    "catalogue:read", "cases:open", "cases:read", "organisations:write", "organisations:read", "carriers:read",
    "carriers:write", "recognition:object", "policies:read", "entitlements:read", "vouchers:read", "calendar:read",
    "feed:read", "consents:record", "consents:read", "consents:withdraw", "eligibility:scan", "eligibility:read",
})  # fmt: skip
BANK = frozenset({
    "loans:register", "loans:read", "claims:lodge", "claims:read", "recoveries:report", "pool:read", "feed:read",
    "policies:read", "cases:read", "catalogue:read", "arrears:report",
})  # fmt: skip
OFFICER = frozenset({
    "catalogue:read", "cases:open", "cases:read", "cases:handle", "organisations:read", "organisations:write",
    "carriers:read", "carriers:write", "organisations:deregister", "recognition:object", "recognition:review",
    "recognition:decide", "entitlements:read", "entitlements:determine", "claims:read", "claims:review",
    "policies:read", "policies:approve", "editions:read", "calendar:read", "calendar:publish", "vouchers:read",
    "vouchers:issue", "providers:admit", "loans:read", "pool:read", "feed:read", "sandbox:read", "consents:read",
    "consents:withdraw", "eligibility:scan", "eligibility:read", "pool:guard", "loans:extend",
})  # fmt: skip
FINANCE = frozenset({
    "budgets:manage", "entitlements:read", "entitlements:determine", "entitlements:approve", "claims:read",
    "claims:decide", "pool:read", "payments:manage", "payments:read", "books:read", "books:close",
    "policies:read", "editions:read", "cases:read", "tranches:allot", "vouchers:read", "loans:read", "sandbox:read",
})  # fmt: skip
OPERATOR = frozenset({
    "policies:read", "policies:set", "editions:read", "clients:manage", "banks:admit", "organisations:read",
    "organisations:write", "organisations:deregister", "carriers:read", "vouchers:read", "pool:read",
    "books:read", "cases:read", "catalogue:read", "sandbox:read", "sandbox:clock",
})  # fmt: skip
AUDITOR = frozenset({
    "books:read", "cases:read", "entitlements:read", "claims:read", "policies:read", "editions:read", "vouchers:read",
    "pool:read", "loans:read", "carriers:read", "organisations:read", "payments:read", "feed:read", "consents:read",
    "eligibility:read",
})  # fmt: skip
PROVIDER = frozenset({"vouchers:redeem", "vouchers:read"})
PLATFORM = frozenset({"sandboxes:manage", "catalogue:read", "policies:read"})
WORKLOAD = frozenset({"internal"})

ROLE_SCOPES: dict[str, frozenset[str]] = {
    "portal": PORTAL,
    "bank": BANK,
    "officer": OFFICER,
    "finance": FINANCE,
    "operator": OPERATOR,
    "auditor": AUDITOR,
    "provider": PROVIDER,
    "platform": PLATFORM,
    "workload": WORKLOAD,
}
ALL_SCOPES = frozenset().union(*ROLE_SCOPES.values())
