"""What crosses the wire about the books. Amounts in fen, counted in the direction of an account's normal side."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict

from kernel.schemas import Instant, Wire
from services.funds.books import examples
from services.funds.ids import ApprovalId, CaseId, DeterminationId, EntryId
from services.funds.payments.schemas import EntryOut


class AccountOut(Wire):
    """An account with its balance now."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACCOUNT]})

    code: str
    kind: str
    normal_side: Literal["debit", "credit"]
    name_zh: str
    name_en: str
    fund: str | None
    policy_year: int | None
    payer_level: str | None
    balance_fen: int
    held_fen: int
    available_fen: int


class TrialLineOut(Wire):
    """One account of a trial balance: its balance stands on one of the two sides."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TRIAL_LINE]})

    code: str
    name_zh: str
    name_en: str
    debit_fen: int
    credit_fen: int


class TrialBalanceOut(Wire):
    """All accounts as of the end of `effective_on`, as the books knew it at `known_at`; both null: now."""

    effective_on: date | None
    known_at: Instant | None
    lines: list[TrialLineOut]
    debit_fen: int
    credit_fen: int
    balanced: bool


class JournalEntryOut(EntryOut):
    """A journal entry with its lineage. `reference` is the id of what it is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JOURNAL_ENTRY]})

    actor: str
    reference: str | None
    determination_id: DeterminationId | None
    case_id: CaseId | None
    approvals: list[ApprovalId]
    reason: str | None


class StatementLineOut(Wire):
    """One leg on an account, with the balance it left behind."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STATEMENT_LINE]})

    version: int
    entry_id: EntryId
    document: str
    fact: str
    effective_on: date
    recorded_at: Instant
    side: Literal["debit", "credit"]
    amount_fen: int
    balance_after_fen: int


class StatementOut(Wire):
    """A page of an account's statement; `next_version` continues it and is null on the last page."""

    account: AccountOut
    lines: list[StatementLineOut]
    next_version: int | None


class FlawOut(Wire):
    """One thing in the books that is not as it was posted."""

    check: str
    subject: str
    detail: str


class VerificationOut(Wire):
    """Balances, holds, numbers, reversals, guards and the hash chain, all recomputed from the entries."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sound": True, "flaws": []}]})

    sound: bool
    flaws: list[FlawOut]


class DailyRootOut(Wire):
    """One hash over all chains as they stood when the day ended: what banks and auditors keep to check us."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROOT]})

    city_code: str
    on: date
    root: str
    entries: int
    chains: int


class LinkOut(Wire):
    """A link of a chain: `body` is a hash in hex, `assigned` the lines hashed after it."""

    body: str
    assigned: list[str]


class HeadOut(Wire):
    """A chain's last link when the day ended, in hex."""

    book: str
    period: str
    number: int
    hash: str


class EntryProofOut(Wire):
    """That an entry stands in the books the root of its day speaks for; `ledger/proofs.py` says how to check it.

    `lines` are what was hashed of the entry, `before` the link before it, `links` lead from it to its chain's head.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROOF]})

    city_code: str
    on: date
    root: str
    book: str
    period: str
    lines: list[str]
    before: str
    links: list[LinkOut]
    heads: list[HeadOut]
