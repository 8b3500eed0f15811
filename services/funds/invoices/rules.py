"""Which invoice is which. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from contracts.funds import invoice_print
from kernel.findings import Finding
from kernel.sandboxes import is_sandbox

REAL = "cities"


@dataclass(frozen=True, slots=True)
class InvoiceStated:
    """An invoice as the applicant names it: the 20-digit number of a digital one, or code and number of a paper one."""

    number: str
    code: str | None
    issued_on: date | None
    amount_fen: int

    @property
    def fingerprint(self) -> str:
        """The same for the same invoice however it was typed."""
        return invoice_print(_plain(self.number), _plain(self.code or ""))

    @property
    def last4(self) -> str:
        """What is shown of the number."""
        return self.number[-LAST_SHOWN:]


LAST_SHOWN = len("1234")


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).upper().split())


def realm_of(city_code: str) -> str:
    """All real cities share one register; a sandbox plays with its own."""
    return city_code if is_sandbox(city_code) else REAL


def repeated_findings(stated: Sequence[InvoiceStated]) -> list[Finding]:
    """One invoice twice in one application."""
    counted = Counter(invoice.fingerprint for invoice in stated)
    zh, en = "同一张发票在申请中重复出现。", "The application names one invoice twice."
    return [
        Finding("invoice_repeated", (), zh, en, {"number_last4": invoice.last4})
        for invoice in {one.fingerprint: one for one in stated if counted[one.fingerprint] > 1}.values()
    ]


@dataclass(frozen=True, slots=True)
class UsedBefore:
    """An invoice that money was asked for before: for what kind of programme, and when. Never by whom."""

    number_last4: str
    programme_kind: str | None
    claimed_on: date

    def finding(self) -> Finding:
        """The refusal it gives."""
        zh = f"发票(尾号{self.number_last4})已于{self.claimed_on}用于其他申请,同一费用不重复补助。"
        en = f"The invoice ending in {self.number_last4} was used on {self.claimed_on}: a cost is paid for once."
        told = {"number_last4": self.number_last4, "programme_kind": self.programme_kind}
        return Finding("invoice_used", (), zh, en, told | {"claimed_on": self.claimed_on.isoformat()})


def used_findings(stated: Sequence[InvoiceStated], used: Mapping[str, UsedBefore], *, on: date) -> list[Finding]:
    """Invoices that money was asked for before, in whatever city or programme; and those of a day to come."""
    late_zh, late_en = "发票日期晚于受理日期。", "The invoice is of a later day than the application."
    return [
        *(used[invoice.fingerprint].finding() for invoice in stated if invoice.fingerprint in used),
        *(
            Finding("invoice_in_future", (), late_zh, late_en, {"number_last4": invoice.last4})
            for invoice in stated
            if invoice.issued_on is not None and invoice.issued_on > on
        ),
    ]
