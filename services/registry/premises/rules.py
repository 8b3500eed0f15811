"""Who may stand at an address, purely: every reason at once. What a city allows and forbids is in its pack."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kernel.findings import Finding, findings
from services.registry.premises.states import HOSTED, TOGETHER, Mode

DIVISION_ELSEWHERE = "division_elsewhere"
_CITY_DIGITS = 4  # allow number: province and city in a code of GB/T 2260
ADDRESS_KEY_MAX = 300  # allow number: what the column holds; casefold makes up to three characters of one
CLUSTER_MARKING = "(集群注册)"
MODES = "premises.modes"
INSIDE_MAKERSPACES = "premises.inside_makerspaces"
REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class HostParameters:
    """Which parameters of a pack speak of hosts of a mode; a pack may have only some of them."""

    hosts: str
    duties: str
    excluded_trades: str
    limit: str
    leaving_days: str

    def to_admit(self) -> tuple[str, ...]:
        return (self.hosts, self.duties)

    def to_register(self) -> tuple[str, ...]:
        return (self.excluded_trades, self.limit)


HOST_PARAMETERS = {
    mode: HostParameters(*(f"{prefix}.{name}" for name in names))
    for names in [("hosts", "host_duties", "excluded_trades", "host_limit", "leaving_working_days")]
    for mode, prefix in {Mode.CLUSTER: "registration.cluster", Mode.SECRETARY: "secretary_address"}.items()
}


class Division(Protocol):
    """A division as a pack has it."""

    @property
    def code(self) -> str | None: ...
    @property
    def former_codes(self) -> tuple[str, ...]: ...


def address_key(address: str) -> str:
    """NFKC without any space, so that one place is one address however it was typed."""
    return "".join(unicodedata.normalize("NFKC", address).split()).casefold()[:ADDRESS_KEY_MAX]


def marking_of(mode: Mode) -> str | None:
    """What stands on the licence behind the address (practice of cluster registration, ZZ-20)."""
    return CLUSTER_MARKING if mode is Mode.CLUSTER else None


def division_findings(*, code: str | None, city_code: str, divisions: Iterable[Division]) -> list[Finding]:
    """A code of today's list of this city. A code the place had in another year is named with the one it has now."""
    if code is None:
        return []
    known = list(divisions)
    now = {division.code for division in known}
    was = {former: division.code for division in known for former in division.former_codes}
    elsewhere = Finding(
        DIVISION_ELSEWHERE, ("GB/T 2260",), "区划不属于本市。", "The division belongs to another city.",
        {"division_code": code},
    )  # fmt: skip
    former = Finding(
        "division_code_former", ("GB/T 2260",), "区划代码已变更,请用现行代码。",
        "The code is of another year; the division has a new one.", {"division_code": code, "now": was.get(code)},
    )  # fmt: skip
    unknown = Finding(
        "division_unknown", ("GB/T 2260",), "区划代码不在本市现行区划之列。",
        "The code is none of the city's divisions.", {"division_code": code},
    )  # fmt: skip
    is_former = code not in now and code in was
    # A place may have had a code of a prefecture that is gone: what the pack remembers is not elsewhere.
    is_elsewhere = not is_former and code[:_CITY_DIGITS] != city_code[:_CITY_DIGITS]
    return findings(
        (is_elsewhere, elsewhere),
        (is_former, former),
        (not is_former and not is_elsewhere and bool(now) and code not in now, unknown),
    )


def holder_deregistered() -> Finding:
    return Finding("holder_deregistered", (), "场所权利人已注销。", "Who holds the premises is deregistered.")


def area_findings(*, area_sqm: int, needed_sqm: int, firms: int) -> list[Finding]:
    """An address does not shrink below what the firms that stand there were registered with."""
    below = Finding(
        "area_below_need", (), "面积小于在册企业所需面积之和。", "The area is below what the firms there need.",
        {"area_sqm": area_sqm, "needed_sqm": needed_sqm, "firms": firms},
    )  # fmt: skip
    return findings((area_sqm < needed_sqm, below))


def mode_findings(mode: Mode, *, allowed: Sequence[str], clauses: tuple[str, ...]) -> list[Finding]:
    """One firm at one address everywhere; the other ways where the city's document names them (XZ-35, LZ-23, …)."""
    closed = Finding(
        "mode_not_allowed", clauses, "本市政策未规定该登记方式。", "The city's policy does not provide this way.",
        {"mode": mode.value, "allowed": ["single", *allowed]},
    )  # fmt: skip
    return findings((mode is not Mode.SINGLE and mode.value not in allowed, closed))


def host_findings(*, kind: str, fitting: Sequence[str], clauses: tuple[str, ...], is_active: bool) -> list[Finding]:
    """ZZ-20, JX-33: of a kind the city admits; it exists in law. `fitting` empty: not known."""
    unfit = Finding(
        "host_kind_unfit", clauses, "该类机构不得作为托管机构。", "Bodies of this kind do not host.",
        {"kind": kind, "fitting": list(fitting)},
    )  # fmt: skip
    return findings((bool(fitting) and kind not in fitting, unfit), (not is_active, host_deregistered()))


def host_deregistered() -> Finding:
    return Finding("host_deregistered", (), "托管机构已注销。", "The host is deregistered.")


@dataclass(frozen=True, slots=True)
class Place:
    """The address as it is: its area, what the firms there take of it, and whether its holder exists in law."""

    area_sqm: int
    taken_sqm: int
    firms: int
    holder_active: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """Who wants to stand there. `principal`: the mode of its present principal address, None without one."""

    is_firm: bool
    is_active: bool
    principal: Mode | None
    stands_here: bool
    inside_makerspace: bool


@dataclass(frozen=True, slots=True)
class Host:
    """The host as it is; `hosted` firms stand with it."""

    mode: Mode
    takes_firms: bool
    is_active: bool
    has_address: bool
    hosted: int


@dataclass(frozen=True, slots=True)
class CityTerms:
    """What the pack says for a mode; `clauses` by parameter."""

    allowed: Sequence[str]
    inside_only: Sequence[str]
    excluded_trades: Sequence[str]
    host_limit: int | None
    clauses: Mapping[str, tuple[str, ...]]


def registration_findings(
    *, mode: Mode, area_sqm: int, trades: Sequence[str], place: Place, firm: Firm, host: Host | None, terms: CityTerms
) -> list[Finding]:
    """Every reason against a firm at an address, in the order a clerk would look: way, firm, address, host, trades."""
    return [
        *mode_findings(mode, allowed=terms.allowed, clauses=terms.clauses.get(MODES, ())),
        *_firm_findings(mode, firm, terms),
        *_place_findings(mode, area_sqm, place, terms),
        *(_hosting_findings(mode, host, terms) if mode in HOSTED or host is not None else ()),
        *_trade_findings(mode, trades, terms),
    ]


def _firm_findings(mode: Mode, firm: Firm, terms: CityTerms) -> list[Finding]:
    hosted_twice = firm.principal in HOSTED and mode in HOSTED
    stands = firm.principal is not None and mode is not Mode.FURTHER and not hosted_twice
    return findings(
        (not firm.is_firm, _NOT_A_FIRM),
        (not firm.is_active, Finding("firm_deregistered", (), "企业已注销。", "The firm is deregistered.")),
        (hosted_twice, Finding("firm_hosted_twice", (), "企业已由托管机构托管。", "The firm is hosted already.")),
        (stands, principal_stands()),
        (firm.stands_here, Finding("firm_here_already", (), "企业已登记在该地址。", "The firm stands here already.")),
        (mode is Mode.FURTHER and firm.principal is None, _NO_PRINCIPAL),
        (mode.value in terms.inside_only and not firm.inside_makerspace, _not_inside(terms)),
    )


_NOT_A_FIRM = Finding("not_a_firm", (), "只有企业或个体工商户办理住所登记。", "Only firms are registered.")
_NO_PRINCIPAL = Finding(
    "no_principal_address",
    (),
    "企业尚无主住所,不能增设经营场所。",
    "Without a principal address there is no further one.",
)


def _not_inside(terms: CityTerms) -> Finding:
    clauses = terms.clauses.get(INSIDE_MAKERSPACES, ())
    zh, en = "该方式仅限众创空间内的企业。", "This way is for firms inside makerspaces only."
    return Finding("not_inside_makerspace", clauses, zh, en)


def principal_stands() -> Finding:
    return Finding(
        "principal_address_stands", (), "企业已有主住所登记,迁移须一并注销原登记。",
        "The firm has a principal address; to move it, replace that one.",
    )  # fmt: skip


def _place_findings(mode: Mode, area_sqm: int, place: Place, terms: CityTerms) -> list[Finding]:
    may_share = mode in TOGETHER or (mode is Mode.FURTHER and Mode.SHARED.value in terms.allowed)
    in_use = Finding(
        "address_in_use", terms.clauses.get(MODES, ()), "该地址已有企业登记,此登记方式不得共用。",
        "Firms are registered there, and this way shares with nobody.", {"firms": place.firms},
    )  # fmt: skip
    small = Finding(
        "area_too_small", (), "剩余面积不足。", "What is left of the area is too small.",
        {"area_sqm": place.area_sqm, "taken_sqm": place.taken_sqm, "asked_sqm": area_sqm},
    )  # fmt: skip
    return findings(
        (not place.holder_active, holder_deregistered()),
        (bool(place.firms) and not may_share, in_use),
        (place.taken_sqm + area_sqm > place.area_sqm, small),
    )


def _hosting_findings(mode: Mode, host: Host | None, terms: CityTerms) -> list[Finding]:
    if host is None:
        return [Finding("host_missing", (), "该方式须由托管机构托管。", "This way needs a host.")]
    limit = terms.host_limit
    full = Finding(
        "host_full", terms.clauses.get("limit", ()), "托管企业数已达上限。", "The host holds as many firms as it may.",
        {"hosted": host.hosted, "limit": limit},
    )  # fmt: skip
    return findings(
        (not host.is_active, host_deregistered()),
        (not host.takes_firms, Finding("host_takes_none", (), "托管机构已暂停或退出。", "The host takes no firms.")),
        (host.mode is not mode, Finding("host_of_another_way", (), "托管机构不属该方式。", "It hosts in another way.")),
        (not host.has_address, Finding(
            "address_not_of_host", (), "该地址不是托管机构的场所。", "The address is not the host's."
        )),
        (limit is not None and host.hosted >= limit, full),
    )  # fmt: skip


def _trade_findings(mode: Mode, trades: Sequence[str], terms: CityTerms) -> list[Finding]:
    out = sorted(set(trades) & set(terms.excluded_trades))
    excluded = Finding(
        "trade_excluded", terms.clauses.get("excluded_trades", ()), "所营行业不得以该方式登记。",
        "A trade of the firm is excluded from this way.", {"trades": out},
    )  # fmt: skip
    return findings((mode in HOSTED and bool(out), excluded))


def report_findings(
    *, year: int, today: date, admitted_on: date, left_on: date | None, owes_reports: bool
) -> list[Finding]:
    """A host whose duties name reports reports of each year that is over, from admission until it left."""
    after = left_on is not None and year > left_on.year
    return findings(
        (not owes_reports, Finding("no_report_owed", (), "该托管机构无报告义务。", "The host owes no reports.")),
        (year >= today.year, Finding("year_not_over", (), "该年度尚未结束。", "That year is not over.")),
        (year < admitted_on.year, Finding("before_admission", (), "早于托管机构备案年度。", "Before it was a host.")),
        (after, Finding("after_leaving", (), "晚于托管机构退出年度。", "After the year it left.")),
    )


def years_owed(
    *, admitted_on: date, left_on: date | None, today: date, reported: Iterable[int], owes_reports: bool
) -> list[int]:
    """The years that are over and were not reported, that of leaving the last of them."""
    done = set(reported)
    until = min(today.year, left_on.year + 1) if left_on else today.year
    return [year for year in range(admitted_on.year, until) if owes_reports and year not in done]
