"""A person as they are named on the wire: the paper goes in and never comes out whole."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kernel.schemas import Name, WireIn
from services.registry.enrolled_persons.models import PaperKind

PaperNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, min_length=5, max_length=20, pattern=r"^[A-Za-z0-9]+$"),
    Field(repr=False, description="Kept apart, shown to nobody; it tells one person from another"),
]


class PersonIn(WireIn):
    name: Name
    paper_kind: PaperKind = PaperKind.RESIDENT_ID
    paper_number: PaperNumber
