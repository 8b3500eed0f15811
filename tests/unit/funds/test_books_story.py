"""The postings alone, as an accountant would check them: the whole trial balance after every entry, in yuan."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from ledger.entries import Entry, Side
from services.funds.chart import Line, line_accounts, payable_account, tranche_account
from services.funds.payments.postings import (
    Payment,
    payment_cancelled,
    payment_committed,
    payment_returned,
    payment_settled,
)
from services.funds.programmes.postings import budget_allotted, budget_appropriated
from services.funds.tranches.postings import tranche_allotted, voucher_redeemed

ON = date(2026, 11, 22)
YUAN = 100
LINE = Line("fund.award_subsidy", 2026)
CARRIER, PROVIDER, TRANCHE = UUID(int=1), UUID(int=2), UUID(int=3)


class Books:
    """Balances in the direction of each account's normal side."""

    def __init__(self) -> None:
        accounts = [
            *line_accounts(LINE),
            payable_account(LINE, CARRIER, name="云创"),
            payable_account(LINE, PROVIDER, name="检测院"),
            tranche_account(LINE, TRANCHE),
        ]
        self._accounts = {account.code: account for account in accounts}
        self._signed = dict.fromkeys(self._accounts, 0)

    def post(self, entry: Entry) -> dict[str, int]:
        """The whole trial balance after the entry, accounts at zero left out."""
        for leg in entry.legs:
            self._signed[leg.account] += leg.signed_fen
        return self.balances()

    def balances(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for code, signed in self._signed.items():
            balance = signed if self._accounts[code].normal_side is Side.DEBIT else -signed
            assert balance >= 0 or not self._accounts[code].spendable, code
            if balance:
                found[code.removeprefix(LINE.prefix + "/")] = balance // YUAN
        return found

    def difference(self) -> int:
        return sum(self._signed.values())


@pytest.fixture
def books() -> Iterator[Books]:
    fresh = Books()
    yield fresh
    assert fresh.difference() == 0


def a_payment(yuan: int) -> Payment:
    return Payment(
        order_id=UUID(int=9),
        line=LINE,
        payee_id=CARRIER,
        amount_fen=yuan * YUAN,
        to_transfer_fen=yuan * YUAN,
        determination_id=UUID(int=8),
        case_id=UUID(int=7),
        approvals=(UUID(int=6),),
    )


def funded(books: Books) -> dict[str, int]:
    books.post(budget_appropriated(LINE, 20_000_000 * YUAN, appropriation_id=UUID(int=4), determination_id=None, on=ON))
    return books.post(budget_allotted(LINE, 5_000_000 * YUAN, allotment_id=UUID(int=5), on=ON))


FUNDED = {
    "authority": 20_000_000, "appropriated": 15_000_000, "allotted": 5_000_000,
    "treasury": 5_000_000, "funding": 5_000_000,
}  # fmt: skip


def test_authority_comes_first_and_cash_only_with_the_allotment(books: Books) -> None:
    granted = budget_appropriated(LINE, 20_000_000 * YUAN, appropriation_id=UUID(int=4), determination_id=None, on=ON)
    assert books.post(granted) == {"authority": 20_000_000, "appropriated": 20_000_000}
    assert books.post(budget_allotted(LINE, 5_000_000 * YUAN, allotment_id=UUID(int=5), on=ON)) == FUNDED


def test_an_award_is_encumbered_and_owed_then_spent_and_paid(books: Books) -> None:
    funded(books)
    payment = a_payment(300_000)
    committed = {"encumbered": 300_000, "expense": 300_000, f"payable/{CARRIER}": 300_000}
    assert books.post(payment_committed(payment, on=ON)) == FUNDED | {"allotted": 4_700_000} | committed
    assert books.post(payment_settled(payment, on=ON)) == FUNDED | {
        "allotted": 4_700_000, "spent": 300_000, "treasury": 4_700_000, "expense": 300_000,
    }  # fmt: skip


def test_money_that_comes_back_is_owed_again(books: Books) -> None:
    funded(books)
    payment = a_payment(300_000)
    committed = books.post(payment_committed(payment, on=ON))
    books.post(payment_settled(payment, on=ON))
    returned = payment_returned(payment, settled_entry_id=UUID(int=10), reason="账号已销户", on=ON)
    assert books.post(returned) == committed
    assert (returned.reverses, returned.reason) == (UUID(int=10), "账号已销户")


def test_an_order_is_cancelled_for_a_reason_of_several_lines(books: Books) -> None:
    before = funded(books)
    payment = a_payment(300_000)
    books.post(payment_committed(payment, on=ON))
    reason = "收款单位已注销\r\n\n无承继单位"
    cancelled = payment_cancelled(payment, committed_entry_id=UUID(int=10), reason=reason, on=ON)
    assert (cancelled.reverses, cancelled.reason) == (UUID(int=10), "收款单位已注销 无承继单位")
    assert books.post(cancelled) == before


def test_a_tranche_is_an_encumbrance_and_a_redemption_leaves_it(books: Books) -> None:
    funded(books)
    set_aside = books.post(tranche_allotted(LINE, 1_000_000 * YUAN, tranche_id=TRANCHE, on=ON))
    assert set_aside == FUNDED | {"allotted": 4_000_000, f"tranche/{TRANCHE}": 1_000_000}
    redeemed = voucher_redeemed(
        LINE, 20_000 * YUAN, tranche_id=TRANCHE, redemption_id=UUID(int=11), provider_id=PROVIDER, case_id=None,
        determination_id=UUID(int=12), on=ON,
    )  # fmt: skip
    assert redeemed.determination_id == UUID(int=12)
    assert books.post(redeemed) == set_aside | {
        f"tranche/{TRANCHE}": 980_000, "encumbered": 20_000, "expense": 20_000, f"payable/{PROVIDER}": 20_000,
    }  # fmt: skip


def test_every_payment_entry_leads_back_to_its_clause() -> None:
    payment = a_payment(1)
    for entry in (payment_committed(payment, on=ON), payment_settled(payment, on=ON)):
        lineage = (entry.reference, entry.determination_id, entry.case_id, tuple(entry.approvals))
        assert lineage == (payment.order_id, payment.determination_id, payment.case_id, payment.approvals)


def test_every_account_says_whose_money_it_is() -> None:
    for account in line_accounts(LINE):
        assert (account.programme, account.policy_year, account.payer_level) == ("fund.award_subsidy", 2026, "city")
        assert account.code.startswith("fund.award_subsidy/2026/city/")
