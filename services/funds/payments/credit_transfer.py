"""A batch as an ISO 20022 credit transfer (pain.001.001.09), for banks that take one.

The end-to-end id is the order's public id: a statement that names it leads back to the order. Amounts are yuan with two
decimals; accounts are domestic numbers, banks are named by their CNAPS code where it is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from kernel.clock import CITY_ZONE, on_date
from kernel.ids import encode_id
from kernel.money import in_yuan
from services.funds.payments.bank_file import FileLine

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CLEARING_SYSTEM = "CNAPS"  # ISO 20022 external code list, ClearingSystemIdentification1Code: CNAPS number of China
TEXT_MAX = 140  # characters of Max140Text
NO_XML = dict.fromkeys((0xFFFE, 0xFFFF))  # no characters; rows stored before they were refused may have them
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays, from which account."""

    account_name: str
    account_number: str
    bank_name: str
    cnaps_code: str


def write_credit_transfer(
    lines: Sequence[FileLine], *, debtor: Debtor, city_code: str, sequence: int, made_at: datetime
) -> bytes:
    """The XML of a batch, the same bytes for the same batch."""
    message_id = f"{city_code}-{sequence:06}"
    document = E.Document(
        E.CstmrCdtTrfInitn(
            E.GrpHdr(
                E.MsgId(message_id),
                E.CreDtTm(made_at.astimezone(CITY_ZONE).isoformat(timespec="seconds")),
                E.NbOfTxs(str(len(lines))),
                E.CtrlSum(_yuan(sum(line.amount_fen for line in lines))),
                E.InitgPty(E.Nm(_text(debtor.account_name))),
            ),
            E.PmtInf(
                E.PmtInfId(message_id),
                E.PmtMtd("TRF"),
                E.NbOfTxs(str(len(lines))),
                E.CtrlSum(_yuan(sum(line.amount_fen for line in lines))),
                E.ReqdExctnDt(E.Dt(on_date(made_at).isoformat())),
                E.Dbtr(E.Nm(_text(debtor.account_name))),
                E.DbtrAcct(_account(debtor.account_number)),
                E.DbtrAgt(_bank(debtor.bank_name, debtor.cnaps_code)),
                *(_transfer(line) for line in lines),
            ),
        )
    )
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _transfer(line: FileLine) -> Any:
    return E.CdtTrfTxInf(
        E.PmtId(E.InstrId(line.number), E.EndToEndId(encode_id("pay", line.order_id))),
        E.Amt(E.InstdAmt(_yuan(line.amount_fen), Ccy="CNY")),
        E.CdtrAgt(_bank(line.bank_name, line.cnaps_code)),
        E.Cdtr(E.Nm(_text(line.account_name))),
        E.CdtrAcct(_account(line.account_number)),
        E.RmtInf(E.Ustrd(_text(line.purpose))),
    )


def _account(number: str) -> Any:
    return E.Id(E.Othr(E.Id(number)))


def _bank(name: str, cnaps_code: str | None) -> Any:
    if cnaps_code is None:
        return E.FinInstnId(E.Nm(_text(name)))
    member = E.ClrSysMmbId(E.ClrSysId(E.Cd(CLEARING_SYSTEM)), E.MmbId(cnaps_code))
    return E.FinInstnId(member, E.Nm(_text(name)))


def _text(told: str) -> str:
    return told.translate(NO_XML)[:TEXT_MAX]


def _yuan(fen: int) -> str:
    return in_yuan(fen).replace(",", "")
