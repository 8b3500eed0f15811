"""The stage: a fresh sandbox of a city with its people, and the telling of what happens."""

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from devtools.demo.cast import Actor, Refused, client_with_secret, person, wait_for
from devtools.demo.script import Script, read_script
from devtools.demo.words import value_in_words
from policy.quotes import quoted

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPEN = "policy_open"


def tell(text: str, *, indent: int = 1) -> None:
    """Progress, a line at a time."""
    sys.stdout.write("  " * indent + text + "\n")
    sys.stdout.flush()


@dataclass
class Stage:
    """The city of the story and everybody in it; `logins` are the people's accounts by their short name.

    `parameters` are as the window shows them and `funds` their names, both by id.
    """

    http: httpx2.Client
    script: Script
    city: str
    clock: datetime
    portal: Actor
    officer_1: Actor
    officer_2: Actor
    officer_3: Actor
    finance_1: Actor
    finance_2: Actor
    operator: Actor
    auditor: Actor
    logins: dict[str, dict[str, str]]
    parameters: dict[str, Any]
    funds: dict[str, str]

    @property
    def today(self) -> date:
        return self.clock.astimezone(SHANGHAI).date()

    def settle(self) -> None:
        """Wait until every process knows what the window knows of this city."""
        where = f"/v1/window/sandboxes/{self.city}"
        wait_for("every process to be told", lambda: not self.operator.get(where)["untold"])

    def move_clock(self, to: date, why: str) -> None:
        """Move the city's clock to noon of a day, in every process."""
        moment = datetime.combine(to, time(12), SHANGHAI).astimezone(UTC)
        shown = self.operator.post(f"/v1/window/sandboxes/{self.city}/clock", {"to": moment.isoformat()})
        self.clock = datetime.fromisoformat(shown["clock"])
        self.settle()
        tell(f"⏱  时钟拨到 {self.today}:{why}")

    def move_clock_by(self, days: int, why: str) -> None:
        self.move_clock(self.today + timedelta(days=days), why)

    def set_open_parameters(self, refusal: Refused) -> None:
        """What a refusal names, the operator sets with reason and precedent, and a second person approves."""
        if refusal.code != OPEN:
            raise refusal
        named = [reason["facts"]["parameter"] for reason in refusal.reasons]
        for reason in refusal.reasons:
            self.tell_open(reason["facts"])
        self.set_parameters(named)

    def set_parameters(self, named: list[str]) -> None:
        """One change with a value, a reason and a precedent each; it applies to pending cases, and says so."""
        values = [
            {
                "parameter": name,
                "value": self.script.values[name].value,
                "precedent": self.script.values[name].precedent,
                "applies_to_pending": True,
            }
            for name in dict.fromkeys(named)
        ]
        where = f"/v1/window/policies/{self.city}"
        reason = "演示:参照各地通行做法设定"
        change = self.operator.post(f"{where}/parameters", {"values": values, "reason": reason})
        approved = self.officer_2.post(f"{where}/changes/{change['id']}/approval", {})
        self.settle()
        for value in values:
            tell(f"{self.in_words(value['parameter'], value['value'])}(先例:{value['precedent']})", indent=3)
        tell(
            f"✓ operator-1 设定 {len(values)} 项参数,理由“{reason}”;officer-2 批准,适用于在办事项,政策第 "
            f"{approved['snapshot_version']} 版",
            indent=2,
        )

    def in_words(self, parameter: str, value: Any) -> str:
        """A parameter's name and a value of it."""
        known = self.parameters[parameter]
        return f"{known['zh']} = {value_in_words(value, known)}"

    def tell_open(self, facts: Any) -> None:
        """What a refusal says of an open parameter, in one line."""
        clause, name = facts["clause"], self.parameters[facts["parameter"]]["zh"]
        tell(f"✗ 未定参数 {name} — {clause['id']} {clause['locator']}{quoted(clause['quote'])}", indent=2)


def refused_while_open(stage: Stage, act: Any, *, what: str) -> Any:
    """Try; while the city's policy leaves something open it must refuse and name it; set it; try again."""
    for _ in range(4):
        try:
            return act()
        except Refused as refusal:
            tell(f"{what}:先被拒绝,{len(refusal.reasons)} 项理由")
            stage.set_open_parameters(refusal)
    raise AssertionError(f"{what} was refused again and again")


def set_the_stage(
    http: httpx2.Client, bootstrap_secret: str, *, script: Script | None = None, pack_id: str | None = None
) -> Stage:
    """Open a sandbox of the script's city, or of another pack, and sign everybody in."""
    script = script or read_script()
    platform = client_with_secret(http, "platform", "bootstrap-operator", bootstrap_secret)
    made = platform.post_once_shown("/v1/window/sandboxes", {"pack_id": pack_id or script.pack, "name": "演示沙箱"})
    logins = {one["login"].partition("@")[0]: one for one in made["credentials"]}
    portal = next(one for one in made["credentials"] if one["role"] == "portal")

    def of(account: str) -> Actor:
        return person(http, logins[account]["login"], logins[account]["secret"])

    stage = Stage(
        http=http,
        script=script,
        city=made["city_code"],
        clock=datetime.fromisoformat(made["clock"]),
        portal=client_with_secret(http, "portal", portal["login"], portal["secret"]),
        officer_1=of("officer-1"),
        officer_2=of("officer-2"),
        officer_3=of("officer-3"),
        finance_1=of("finance-1"),
        finance_2=of("finance-2"),
        operator=of("operator-1"),
        auditor=of("auditor-1"),
        parameters={},
        funds={},
        logins={name: {"account": one["login"], "password": one["secret"]} for name, one in logins.items()},
    )
    stage.settle()
    shown = stage.operator.get(f"/v1/window/policies/{stage.city}/parameters")["items"]
    stage.parameters = {one["id"]: one for one in shown}
    stage.funds = {one["fund"]: one["name_zh"] for one in stage.finance_1.get("/v1/funds/programmes")["items"]}
    tell(f"沙箱 {stage.city} 已开,时钟 {stage.today}", indent=0)
    return stage
