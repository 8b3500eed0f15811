"""What the certificate of an address says: text, whole numbers and flags only, so that it signs exactly."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from kernel.ids import encode_id


class Party(Protocol):
    """An organisation as the statement names it."""

    id: Any
    name: Any
    credit_code: Any


def address_statement(
    *,
    number: str,
    city_code: str,
    registration_id: UUID,
    address: dict[str, Any],
    firm: Party,
    host: Party | None,
    mode: str,
    marking: str | None,
    trades: list[str],
    registered_on: date,
    policy: dict[str, Any],
) -> dict[str, Any]:
    """A firm stands at an address from a day on, in which way, with which host, under which version of the policy."""
    return {
        "statement": "address_registered",
        "certificate_number": number,
        "city_code": city_code,
        "registration_id": encode_id("reg", registration_id),
        "address": address,
        "firm": _named(firm),
        "host": _named(host) if host else None,
        "mode": mode,
        "marking": marking,
        "trades": trades,
        "registered_on": registered_on.isoformat(),
        "policy": policy,
    }


class Stood(Protocol):
    """A registration as a proof names it."""

    address: Any
    mode: Any
    marking: Any
    registered_on: Any
    certificate_number: Any


def proof_statement(*, city_code: str, firm: Party, on: date, stood: Iterable[Stood], stated_at: str) -> dict[str, Any]:
    """Whether the firm stood at an address on the day, and at which; in the order it came to them."""
    rows = [
        {
            "address": row.address.address,
            "mode": str(row.mode),
            "marking": row.marking,
            "registered_on": row.registered_on.isoformat(),
            "certificate_number": row.certificate_number,
        }
        for row in stood
    ]
    return {
        "statement": "address_on_date",
        "city_code": city_code,
        "firm": _named(firm),
        "on": on.isoformat(),
        "registered": bool(rows),
        "registrations": rows,
        "stated_at": stated_at,
    }


def _named(party: Party) -> dict[str, Any]:
    return {"id": encode_id("org", party.id), "name": party.name, "credit_code": party.credit_code}
