"""Statements as a bank makes them: by a library of ISO 20022 messages, not by the code that reads them here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree
from pyiso20022.camt import camt_053_001_08 as camt
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.models.datatype import XmlDate, XmlDateTime


@dataclass(frozen=True)
class Movement:
    """One booked entry; `yuan` above zero came in."""

    yuan: str
    reference: str
    end_to_end: str | None = None
    text: str = ""
    on: date | None = None
    currency: str = "CNY"


def statement(movements: list[Movement], *, number: str, account: str, opening: str, closing: str, on: date) -> bytes:
    """A camt.053.001.08 of one account."""
    body = camt.AccountStatement9(
        id=number,
        cre_dt_tm=XmlDateTime(on.year, on.month, on.day, 20, 0, 0),
        acct=camt.CashAccount39(
            id=camt.AccountIdentification4Choice(othr=camt.GenericAccountIdentification1(id=account))
        ),
        bal=[_balance("OPBD", opening, on), _balance("CLBD", closing, on)],
        ntry=[_entry(movement, movement.on or on) for movement in movements],
    )
    header = camt.GroupHeader81(msg_id=number, cre_dt_tm=XmlDateTime(on.year, on.month, on.day, 20, 0, 0))
    document = camt.Document(bk_to_cstmr_stmt=camt.BankToCustomerStatementV08(grp_hdr=header, stmt=[body]))
    namespace = {None: "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
    return XmlSerializer().render(document, ns_map=namespace).encode()


def together(first: bytes, *others: bytes) -> bytes:
    """One document with the statements of several."""
    document = etree.fromstring(first)
    for other in others:
        document[0].extend(etree.fromstring(other).iterfind(".//{*}Stmt"))
    return etree.tostring(document)


def _amount(yuan: str, currency: str = "CNY") -> camt.ActiveOrHistoricCurrencyAndAmount:
    return camt.ActiveOrHistoricCurrencyAndAmount(value=abs(Decimal(yuan)), ccy=currency)


def _direction(yuan: str) -> camt.CreditDebitCode:
    return camt.CreditDebitCode.DBIT if yuan.startswith("-") else camt.CreditDebitCode.CRDT


def _day(on: date) -> camt.DateAndDateTime2Choice:
    return camt.DateAndDateTime2Choice(dt=XmlDate(on.year, on.month, on.day))


def _balance(kind: str, yuan: str, on: date) -> camt.CashBalance8:
    return camt.CashBalance8(
        tp=camt.BalanceType13(cd_or_prtry=camt.BalanceType10Choice(cd=kind)),
        amt=_amount(yuan),
        cdt_dbt_ind=_direction(yuan),
        dt=_day(on),
    )


def _entry(movement: Movement, on: date) -> camt.ReportEntry10:
    detail = camt.EntryTransaction10(
        refs=camt.TransactionReferences6(acct_svcr_ref=movement.reference, end_to_end_id=movement.end_to_end),
        amt=_amount(movement.yuan, movement.currency),
        cdt_dbt_ind=_direction(movement.yuan),
        rmt_inf=camt.RemittanceInformation16(ustrd=[movement.text] if movement.text else []),
    )
    return camt.ReportEntry10(
        amt=_amount(movement.yuan, movement.currency),
        cdt_dbt_ind=_direction(movement.yuan),
        sts=camt.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=_day(on),
        acct_svcr_ref=movement.reference,
        bk_tx_cd=camt.BankTransactionCodeStructure4(prtry=camt.ProprietaryBankTransactionCodeStructure1(cd="NTRF")),
        ntry_dtls=[camt.EntryDetails9(tx_dtls=[detail])],
    )
