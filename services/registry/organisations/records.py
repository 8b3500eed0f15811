"""Rows of an organisation, whoever enters it."""

from datetime import date
from typing import Any
from uuid import UUID

from kernel import clock
from kernel.ids import new_id
from services.registry.organisations.credit_codes import warnings_of
from services.registry.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationName,
    OrganisationStatus,
)


def new_organisation(
    *,
    organisation_id: UUID,
    city_code: str,
    kind: OrganisationKind,
    name: str,
    credit_code: str | None,
    by: str,
    override: dict[str, Any] | None = None,
) -> Organisation:
    """An active organisation with the doubts about its code. `by`: the client, person or process that enters it."""
    warnings = warnings_of(credit_code) if credit_code else []
    return Organisation(
        id=organisation_id,
        city_code=city_code,
        kind=kind,
        name=name,
        credit_code=credit_code,
        identifier_warnings=[warning._asdict() for warning in warnings],
        identifier_override=override if warnings else None,
        status=OrganisationStatus.ACTIVE,
        registered_by=by,
        registered_at=clock.now(city_code),
        version=1,
    )


def named(organisation_id: UUID, name: str, effective_on: date, *, city_code: str, by: str) -> OrganisationName:
    """What it is called from a day on."""
    return OrganisationName(
        id=new_id(),
        city_code=city_code,
        organisation_id=organisation_id,
        name=name,
        effective_on=effective_on,
        recorded_by=by,
    )
