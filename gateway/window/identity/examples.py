"""What a token, a client and their requests look like, for the documentation."""

from typing import Any

from kernel.workload import ASSERTION_TYPE

JWT = "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJpc3MiOiIuLi4ifQ.c2lnbmF0dXJl"
OF_A_BANK: dict[str, Any] = {
    "grant_type": "client_credentials",
    "client_assertion_type": ASSERTION_TYPE,
    "client_assertion": JWT,
}
OF_A_PORTAL: dict[str, Any] = {
    "grant_type": "client_credentials",
    "client_id": "portal-8eddd7f7b60d",
    "client_secret": "HVGKIVFYywK4BUfjutxIkQ9h3k9NhulbBspwZGAVz4c",
}
TOKEN: dict[str, Any] = {
    "access_token": JWT,
    "token_type": "Bearer",
    "expires_in": 900,
    "scope": "claims:lodge claims:read loans:read loans:register",
    "city_code": "320300",
}
KEY = {  # RFC 7517, appendix A.1
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
KEYS: dict[str, Any] = {"jwks": {"keys": [KEY]}}
NEW_CLIENT: dict[str, Any] = {
    "kind": "bank",
    "name": "彭城银行股份有限公司",
    "organisation_id": "org_01k30dw0000e000g0000000001",
    "jwks": {"keys": [KEY]},
}
CLIENT: dict[str, Any] = {
    "client_id": "bank-65d5db34c3e6",
    "kind": "bank",
    "name": "彭城银行股份有限公司",
    "organisation_id": "org_01k30dw0000e000g0000000001",
    "active": True,
}
SHOWN_ONCE: dict[str, Any] = {"secret": "HVGKIVFYywK4BUfjutxIkQ9h3k9NhulbBspwZGAVz4c"}
