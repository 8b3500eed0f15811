"""The invoices of a form: the window has checked it; it is checked again, and each bad one is named by its place."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from contracts.funds import InvoiceCode, InvoiceNumber
from kernel.findings import Finding
from kernel.money import PositiveFen
from kernel.schemas import WireIn
from services.funds.invoices.rules import InvoiceStated

INVOICES = "invoices"


class InvoiceIn(WireIn):
    """The 20-digit number of a digital invoice, or code and number of a paper one."""

    number: InvoiceNumber
    code: InvoiceCode = None
    issued_on: date
    amount_fen: PositiveFen


_INVOICES = TypeAdapter(Annotated[list[InvoiceIn], Field(max_length=200)])


def read_invoices(form: Mapping[str, Any]) -> tuple[list[InvoiceStated], list[Finding]]:
    """The invoices of a form, or everything that cannot be read."""
    try:
        read = _INVOICES.validate_python(form.get(INVOICES) or [])
    except ValidationError as error:
        return [], [_unreadable("/".join(map(str, (INVOICES, *one["loc"]))), one["type"]) for one in error.errors()]
    return [InvoiceStated(one.number, one.code, one.issued_on, one.amount_fen) for one in read], []


def _unreadable(place: str, why: str) -> Finding:
    zh, en = "申请表内容未通过校验。", "The form is not valid."
    return Finding("form_invalid", (), zh, en, {"pointer": f"/{place}", "error": why})
