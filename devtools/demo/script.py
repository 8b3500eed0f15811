"""What the story says in one city: its people, papers, figures, and what the operator sets where the documents do not.

A city brings its own as YAML; who does what, and in which order, is the same everywhere.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

XUZHOU = Path(__file__).with_name("xuzhou.yaml")


class Part(BaseModel):
    """Unknown words in a script are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Firm(Part):
    """An organisation with a credit code of its own."""

    name: str
    credit_code: str


class Application(Part):
    """What is applied for, with which form and papers. `clauses` are for the telling."""

    title: str
    clauses: tuple[str, ...]
    item: str
    form: dict[str, Any]
    documents: tuple[str, ...]


class Rise(Application):
    """A level above the city's own, decided by `authority`; the form's `decided_on` is the day of the story."""

    authority: str
    number: str
    number_field: str
    decided_on_field: str


class Budget(Part):
    """The whole of a fund, appropriated and allotted under a document. Amounts in fen."""

    fund: str
    amount_fen: int
    document: str


class Awards(Budget):
    """What the first level earns, and what the rise earns on top."""

    clauses: tuple[str, ...]
    first_fen: int
    on_rise_fen: int


class Loan(Budget):
    """A bank's loan, its loss and what comes back. Amounts in fen; `late_days` after it fell due.

    `borne_fen` is what other levels than the one that pays bear in the end.
    """

    clauses: tuple[str, ...]
    bank: Firm
    borrower: Firm
    product: str
    principal_fen: int
    outstanding_principal_fen: int
    outstanding_interest_fen: int
    term_days: int
    late_days: int
    documents: tuple[str, ...]
    paid_fen: int
    recovered_fen: int
    recovery_costs_fen: int
    returned_fen: int
    borne_fen: dict[str, int]


class Value(Part):
    """A value and its precedent, as an operator would write it down."""

    value: Any
    precedent: str


class Script(Part):
    """The whole of it."""

    pack: str
    firm: Firm
    recognition: Application
    rise: Rise
    awards: Awards
    loan: Loan
    values: dict[str, Value]


def read_script(path: Path = XUZHOU) -> Script:
    """The script of a city. Raises ValidationError for one that is not whole."""
    return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
