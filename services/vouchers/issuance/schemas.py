"""Vouchers on the wire. Amounts in fen."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from kernel.schemas import Wire, WireIn
from services.vouchers.ids import CaseId, DeterminationId, OrganisationId, TrancheId, VoucherId
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.states import Status

VOUCHER: dict[str, Any] = {
    "id": "vch_01k30dwg0070008000000000c3",
    "city_code": "420100",
    "status": "issued",
    "programme": "voucher.innovation",
    "tranche_id": "trn_01k30dwg0070008000000000a1",
    "holder_id": "org_01k30dwg0070008000000000a1",
    "holder_name": "武汉某科技有限公司",
    "face_fen": 5000000,
    "remaining_fen": 5000000,
    "reserved_fen": 0,
    "lapsed_fen": 0,
    "issued_on": "2026-11-22",
    "expires_on": "2027-11-22",
    "determination_id": "det_01k30dwg0070008000000000d4",
    "case_id": None,
    "codes_made": 0,
}


class IssueIn(WireIn):
    """Issue one voucher out of a tranche: on an accepted case, or to an organisation without one.

    `firm_kind`: what the firm is by its papers, where the city lets some kinds alone hold one. Of anybody else,
    as of a team, the register says what it is.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tranche_id": VOUCHER["tranche_id"], "case_id": "case_01k30dwg0070008000000000e5"},
                {"tranche_id": VOUCHER["tranche_id"], "holder_id": VOUCHER["holder_id"], "firm_kind": "sme"},
            ]
        }
    )

    tranche_id: TrancheId
    case_id: CaseId | None = None
    holder_id: OrganisationId | None = None
    firm_kind: Literal["sme", "other_firm"] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.case_id is None) == (self.holder_id is None):
            raise PydanticCustomError("case_or_holder", "either case_id or holder_id")
        return self


class VoucherOut(Wire):
    """A voucher. `id` is its public serial; its secret code is shown once, where made. `expires_on` is its last day.

    `reserved_fen` is the part of `remaining_fen` that contracts hold; it survives the last day until they are claimed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [VOUCHER]})

    id: VoucherId
    city_code: str
    status: Status
    programme: str
    tranche_id: TrancheId
    holder_id: OrganisationId
    holder_name: str
    face_fen: int
    remaining_fen: int
    reserved_fen: int
    lapsed_fen: int
    issued_on: date
    expires_on: date
    determination_id: DeterminationId
    case_id: CaseId | None
    codes_made: int


class CodeOut(Wire):
    """A secret code, shown this once: whoever has it can spend the voucher. 15 symbols and a check symbol."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"voucher_id": VOUCHER["id"], "code": "K7QF-29AB-MXW3-TP4D", "codes_made": 1}]}
    )

    voucher_id: VoucherId
    code: str
    codes_made: int

    @classmethod
    def of(cls, voucher: Voucher, code: str) -> Self:
        """The code of a voucher."""
        return cls(voucher_id=voucher.id, code=code, codes_made=voucher.codes_made)
