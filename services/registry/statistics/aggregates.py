"""Figures of the city out of accepted reports, by group, with what would tell of a single firm left out. Purely.

For who is no official a group with fewer reporters than the form's `suppress_below` shows no figures, and where one
group alone would be left out the next smallest goes with it: a total less the rest would tell it otherwise. Figures of
firms also need so many firms. One way of grouping at a time, no filters: two tables cannot be set against each other
beyond what both totals say.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policy.forms import ReportForm

Grouping = Literal["city", "district", "kind", "level", "period"]
UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What accepted reports of a group add: figures, how many firms stand behind those of firms, and the carriers."""

    group: str
    figures: Mapping[str, int]
    firms: int
    carriers: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A group. `figures` are null where they are left out, and so is one figure that is left out alone."""

    group: str
    carriers: int
    firms: int | None
    figures: Mapping[str, int | None] | None

    @property
    def is_suppressed(self) -> bool:
        """Whether its figures are left out."""
        return self.figures is None


@dataclass(frozen=True, slots=True)
class Table:
    """Groups in order, and all of them together."""

    cells: tuple[Cell, ...]
    total: Cell


def table_of(form: ReportForm, reports: Sequence[Reported], *, is_public: bool) -> Table:
    """Added up by group and over all; with figures left out when it `is_public`."""
    groups: dict[str, list[Reported]] = defaultdict(list)
    for report in reports:
        groups[report.group].append(report)
    cells = [_cell(form, group, groups[group]) for group in sorted(groups)]
    total = _cell(form, "", reports)
    if not is_public:
        return Table(tuple(cells), total)
    hidden = _hidden(cells, form.suppress_below)
    few = _few_firms(cells, hidden, form.suppress_below)
    shown = [_shown(cell, form, is_hidden=cell.group in hidden, is_few=cell.group in few) for cell in cells]
    return Table(tuple(shown), _total_shown(total, form, shown))


def by_period(form: ReportForm, reports: Sequence[Reported], *, is_public: bool) -> Table:
    """Periods do not add up to anything: stocks would be counted again and again. Each stands for itself."""
    groups: dict[str, list[Reported]] = defaultdict(list)
    for report in reports:
        groups[report.group].append(report)
    cells = [_cell(form, group, groups[group]) for group in sorted(groups)]
    if is_public:
        least = form.suppress_below
        cells = [
            _shown(cell, form, is_hidden=cell.carriers < least, is_few=(cell.firms or 0) < least) for cell in cells
        ]
    return Table(tuple(cells), Cell("", sum(report.carriers for report in reports), None, None))


def _cell(form: ReportForm, group: str, reports: Sequence[Reported]) -> Cell:
    sums = {name: sum(report.figures.get(name, 0) for report in reports) for name in form.measures}
    return Cell(group, sum(report.carriers for report in reports), sum(report.firms for report in reports), sums)


def _hidden(cells: Sequence[Cell], least: int) -> set[str]:
    """Groups of too few carriers, and as many more as it takes that what is hidden is not one small rest."""
    return _and_company([(cell.carriers, cell.group) for cell in cells], least, frozenset())


def _few_firms(cells: Sequence[Cell], hidden: set[str], least: int) -> set[str]:
    """The same for the firms behind figures of firms, given what is hidden already."""
    return _and_company([(cell.firms or 0, cell.group) for cell in cells], least, frozenset(hidden))


def _and_company(counted: list[tuple[int, str]], least: int, hidden_already: frozenset[str]) -> set[str]:
    ranked = sorted(counted)
    hidden = hidden_already | {group for count, group in ranked if count < least}
    rest = sum(count for count, group in ranked if group in hidden)
    for count, group in ranked:
        # Of nobody nothing can be told.
        if rest == 0 or (len(hidden) > 1 and rest >= least):
            break
        if group not in hidden:
            hidden |= {group}
            rest += count
    return set(hidden)


def _shown(cell: Cell, form: ReportForm, *, is_hidden: bool, is_few: bool) -> Cell:
    if is_hidden:
        return replace(cell, firms=None, figures=None)
    if is_few and cell.figures is not None:
        prefix = f"{form.tenants.id}."
        left = {name: None if name.startswith(prefix) else value for name, value in cell.figures.items()}
        return replace(cell, firms=None, figures=left)
    return cell


def _total_shown(total: Cell, form: ReportForm, shown: Sequence[Cell]) -> Cell:
    """With nothing but one group, or too few carriers behind it, the total tells no more than the groups may."""
    all_hidden = all(cell.is_suppressed for cell in shown)
    is_hidden = total.carriers < form.suppress_below
    is_few = (total.firms or 0) < form.suppress_below
    return _shown(total, form, is_hidden=is_hidden and all_hidden, is_few=is_few)
