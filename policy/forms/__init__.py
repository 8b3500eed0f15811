"""Forms of statistical reports as data: a file a version, named for its first day, checked when it is read.

XZ-37 names the three subjects of the report (the space, its incubated firms, its graduates) and leaves fields, period
and deadline open. Period and deadline are parameters of the city's pack; the fields stand here, for all cities.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from policy.canonical import canonical
from policy.terms import Frozen
from policy.yaml_source import read_yaml

FOLDER = Path(__file__).parent / "statistics"
FieldType = Literal["count", "integer", "flag", "text", "credit_code", "division", "date", "choice"]
Unit = Literal[
    "none", "firms", "teams", "persons", "person_times", "times", "items", "seats", "square_metres", "thousand_yuan",
]  # fmt: skip
WHOLE_NUMBERS = frozenset({"count", "integer"})


class FormInvalid(ValueError):
    """A form that cannot be used, and why."""


class FormChoice(Frozen):
    """A value of a code list; `formerly` are codes of earlier years' lists that now read as this one."""

    id: str
    zh: str
    en: str
    formerly: tuple[str, ...] = ()


class FormField(Frozen):
    """One thing asked. `period`: what stands at the end, what flowed within, or all there ever was.

    `in_period`: the day lies within the reported period. `measure`: rows are added up for publication.
    """

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    zh: str
    en: str
    type: FieldType
    unit: Unit
    period: Literal["stock", "flow", "cumulative"]
    required: bool = False
    in_period: bool = False
    measure: bool = False
    choices: tuple[FormChoice, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether its values add up."""
        return self.type in WHOLE_NUMBERS

    @model_validator(mode="after")
    def _choices_for_choice(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"{self.id}: choices belong to a field of type choice, and to no other")
        return self


class FormSection(Frozen):
    """A sheet. `single` has one row; what is `counted_once` is known by its `code`, or else by the fields of `key`.

    `since` is the field with the day from which a row counts.
    """

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    zh: str
    en: str
    subject: Literal["space", "tenants", "graduates"]
    single: bool = False
    counted_once: Literal["tenant", "premises", "event", "graduate"] | None = None
    code: str | None = None
    key: tuple[str, ...] = ()
    since: str | None = None
    fields: tuple[FormField, ...] = Field(min_length=1)

    @cached_property
    def by_id(self) -> dict[str, FormField]:
        """Its fields."""
        return {field.id: field for field in self.fields}

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        named = [*self.key, *filter(None, (self.code, self.since))]
        if len(self.by_id) != len(self.fields) or set(named) - set(self.by_id):
            raise ValueError(f"{self.id}: a field twice, or a name of none")
        return self


class FormCheck(Frozen):
    """A sentence over fields of the single section; `left` and `right` are added up.

    `equal`, `at_most`, `together` (both nothing or both something) and `rows` (as many as the section has) look at one
    report. `carried` (left is the earlier right) and `grows_by` (left is the earlier left and right) at two.
    """

    id: str
    zh: str
    en: str
    kind: Literal["equal", "at_most", "together", "rows", "carried", "grows_by"]
    left: tuple[str, ...] = Field(min_length=1)
    right: tuple[str, ...] = ()
    section: str | None = None


class ReportForm(Frozen):
    """One version of the form, asked of periods that end on or after `effective_on`."""

    effective_on: date
    zh: str
    en: str
    carrier_kinds: tuple[str, ...] = Field(min_length=1)
    suppress_below: int = Field(ge=2)
    jump_bp: int = Field(gt=0)
    jump_from: int = Field(ge=1)
    reminder_working_days: tuple[int, ...] = ()
    sections: tuple[FormSection, ...] = Field(min_length=1)
    checks: tuple[FormCheck, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, FormSection]:
        """Its sections."""
        return {section.id: section for section in self.sections}

    @cached_property
    def single(self) -> FormSection:
        """The section with one row, on which checks are made."""
        return next(section for section in self.sections if section.single)

    @cached_property
    def tenants(self) -> FormSection:
        """The section of the incubated firms."""
        return next(section for section in self.sections if section.subject == "tenants")

    @cached_property
    def measures(self) -> dict[str, FormField]:
        """What is published added up: whole numbers of the space, and of the firms what is a measure (`tenants.…`)."""
        own = {field.id: field for field in self.single.fields if field.is_number}
        return own | {f"{self.tenants.id}.{field.id}": field for field in self.tenants.fields if field.measure}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        faults = list(self._faults())
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if sum(section.single for section in self.sections) != 1:
            yield "exactly one section has a single row"
            return
        if {section.subject for section in self.sections} != {"space", "tenants", "graduates"}:
            yield "a report covers the space, its firms and its graduates"
        numbers = {field.id for field in self.single.fields if field.is_number}
        for check in self.checks:
            if set(check.left + check.right) - numbers:
                yield f"{check.id}: adds up what is no number of the single section"
            if (check.kind == "rows") != (check.section in self.by_id):
                yield f"{check.id}: rows are those of a section"


def read_form(name: str, text: str) -> ReportForm:
    """A form from its YAML. Raises FormInvalid with every fault."""
    source = read_yaml(name, text)
    if source.faults or not isinstance(source.data, dict):
        raise FormInvalid("; ".join(map(str, source.faults)) or f"{name} is empty")
    try:
        form = ReportForm.model_validate_json(canonical(source.data))
    except ValidationError as error:
        raise FormInvalid(f"{name}: {error}") from None
    if name != f"{form.effective_on}.yaml":
        raise FormInvalid(f"{name} is in force from {form.effective_on}")
    return form


@lru_cache(maxsize=1)
def report_forms() -> tuple[ReportForm, ...]:
    """Every version, oldest first."""
    return tuple(read_form(path.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml")))


def form_for(period_until: date) -> ReportForm | None:
    """The version asked of a period that ends then; None before the first."""
    fitting = [form for form in report_forms() if form.effective_on <= period_until]
    return fitting[-1] if fitting else None


def form_of(effective_on: date) -> ReportForm:
    """The version with this first day. Raises KeyError."""
    return {form.effective_on: form for form in report_forms()}[effective_on]
