"""Reads of the record of scans: the staff all of the city, a client its own."""

from uuid import UUID

from sqlalchemy import Select, select

from gateway.window.eligibility.models import EligibilityScan
from kernel.auth import Caller
from kernel.owning import is_staff


def scans_statement(caller: Caller, organisation_id: UUID | None) -> Select[EligibilityScan]:
    """Scans the caller may know of, of one organisation when given."""
    found = select(EligibilityScan).where(EligibilityScan.city_code == caller.city)
    if not is_staff(caller):
        found = found.where(EligibilityScan.scanned_by == caller.subject)
    return found.where(EligibilityScan.organisation_id == organisation_id) if organisation_id else found
