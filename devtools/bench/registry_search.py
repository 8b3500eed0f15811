"""Lists and searches of 50,000 carriers and 1,000,000 tenants through the gateway, and an import of 5,000 tenants.

Everything is real: six processes, PostgreSQL that flushes, one caller after the other. Beside the search, the same
words sought with LIKE in the same tables.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import xlsxwriter
from stdnum.cn import uscc

from devtools.bench import registry_city
from devtools.bench.policy_city import PACK
from devtools.bench.registry import Bar, Contest, benchmark
from devtools.demo.cast import Actor
from devtools.demo.recognition import register_firm
from devtools.demo.stage import Stage, set_the_stage
from devtools.demo.story import visitor
from devtools.running import Instance
from kernel.bigrams import searchable
from kernel.db import plain_dsn
from services.registry.organisations.credit_codes import subject_check_character
from services.registry.tenant_imports.rules import COLUMNS
from services.registry.tenant_imports.workbook import ROWS_MAX, SHEET

P99_MS_MAX, IMPORT_SECONDS_MAX = 100, 10
NANOSECONDS_MS = 1_000_000
REPEATED = 25  # each question in a round: some five hundred answers
LIKE_REPEATED = 3
PERCENT = 99
CARRIERS, TENANTS = "/v1/registry/carriers", "/v1/registry/tenants"
# Words that nearly every name has, that some have, that one in a hundred thousand has, and that none has.
SOUGHT = ("科技有限公司", "云龙湖星火", "半导体", "技", "区块链网络", "徐州邳州迅捷陶瓷创业团队", "凤凰花")
OF_CARRIERS: tuple[dict[str, Any], ...] = (
    {},
    {"kind": "accelerator"},
    {"level": "national"},
    {"level": "provincial", "is_key": True, "district_code": "320312"},
    {"district_code": "320381", "has_free_seats": True},
    {"kind": "cluster", "level": "national", "district_code": "320382"},
    {"q": "云龙"},
    {"q": "星火智能"},
    {"q": "创客", "kind": "incubator", "has_free_seats": True},
    {"q": "44444"},
    {"q": "凤凰"},
)


@benchmark("registry.search.p99", unit="ms", bars=[Bar(P99_MS_MAX, at_most=True)])
def lists_and_searches() -> Iterator[Contest]:
    with _city() as city:
        city.fill()
        city.search_p99_ms()
        yield Contest(city.search_p99_ms, {"like": city.like_p99_ms})


@benchmark("registry.import.5000", unit="s", bars=[Bar(IMPORT_SECONDS_MAX, at_most=True)])
def five_thousand_tenants_from_a_workbook() -> Iterator[Contest]:
    with _city() as city:
        yield Contest(city.import_seconds)


@dataclass(frozen=True, slots=True)
class _City:
    """A sandbox with whoever asks about it."""

    stage: Stage
    http: httpx2.Client
    owner_url: str
    numbers: Iterator[int] = field(default_factory=count)

    def fill(self) -> None:
        registry_city.fill(self.owner_url, self.stage.city)

    def search_p99_ms(self) -> float:
        """A portal and an officer ask for carriers, an officer for tenants: every question as often as the next."""
        taken: list[int] = []
        for _ in range(REPEATED):
            for actor, path, asked in self._questions():
                headers = actor.headers()
                started = time.perf_counter_ns()
                answer = self.http.get(path, params=asked, headers=headers)
                taken.append(time.perf_counter_ns() - started)
                if not answer.is_success:
                    raise RuntimeError(f"{path} {asked}: {answer.status_code} {answer.text[:200]}")
        return _p99(taken) / NANOSECONDS_MS

    def like_p99_ms(self) -> float:
        """The same words in the names of tenants, by `LIKE` in the order and to the length of a page."""
        return asyncio.run(self._like_p99_ms())

    def import_seconds(self) -> float:
        """From the upload to the last row, asked for as a portal would."""
        carrier = self._new_carrier()
        content = _workbook(next(self.numbers))
        started = time.perf_counter_ns()
        headers = self.stage.portal.headers() | {"Idempotency-Key": uuid4().hex}
        path = f"{CARRIERS}/{carrier}/tenant-imports"
        sent = self.http.post(path, files={"file": ("tenants.xlsx", content)}, headers=headers)
        if not sent.is_success:
            raise RuntimeError(sent.text[:300])
        while True:
            found = self.stage.portal.get(f"/v1/registry/tenant-imports/{sent.json()['id']}")
            if found["status"] == "finished":
                break
            time.sleep(0.05)
        taken = (time.perf_counter_ns() - started) / (NANOSECONDS_MS * 1_000)
        if found["rows_accepted"] != ROWS_MAX:
            raise RuntimeError(f"{found['rows_refused']} rows refused: {found['errors'][:3]}")
        return taken

    def _questions(self) -> Iterator[tuple[Actor, str, dict[str, Any]]]:
        for asked in OF_CARRIERS:
            yield self.stage.portal, CARRIERS, asked
            yield self.stage.officer_1, CARRIERS, asked
        for word in SOUGHT:
            yield self.stage.officer_1, TENANTS, {"q": word}
            yield self.stage.officer_1, TENANTS, {"q": word, "status": "open"}

    async def _like_p99_ms(self) -> float:
        connection = await asyncpg.connect(plain_dsn(self.owner_url))
        taken: list[int] = []
        try:
            for word in SOUGHT * LIKE_REPEATED:
                started = time.perf_counter_ns()
                await connection.fetch(
                    "SELECT * FROM tenancy WHERE city_code = $1 AND plain LIKE $2 ORDER BY recorded_at, id LIMIT 51",
                    self.stage.city,
                    f"%{searchable(word)}%",
                )
                taken.append(time.perf_counter_ns() - started)
        finally:
            await connection.close()
        return _p99(taken) / NANOSECONDS_MS

    def _new_carrier(self) -> str:
        firm = self.stage.script.firm
        code = _credit_code(900_000 + next(self.numbers))
        operator = register_firm(self.stage, firm.name, code)
        body = {"kind": "incubator", "name": firm.name, "operator_id": operator}
        return str(self.stage.portal.post(CARRIERS, body)["id"])


@contextmanager
def _city() -> Iterator[_City]:
    with TemporaryDirectory(prefix="bench-registry-") as folder, Instance(Path(folder)) as instance:
        secret = instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()
        with visitor(instance.url) as http:
            stage = set_the_stage(http, secret, pack_id=PACK)
            yield _City(stage, http, instance.databases["registry"].migrator_url)


def _p99(taken: list[int]) -> int:
    return int(statistics.quantiles(taken, n=100)[PERCENT - 1])


def _credit_code(number: int) -> str:
    body = f"MA{number:06d}"
    code = f"91320300{body}{subject_check_character(body)}"
    return code + str(uscc.calc_check_digit(code + "0"))


def _workbook(number: int) -> bytes:
    """5,000 firms that no workbook before had."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        for column, title in enumerate(COLUMNS):
            sheet.write_string(0, column, title)
        names = registry_city.firm_names()
        for row in range(1, ROWS_MAX + 1):
            cells = (names[row], "企业", _credit_code(number * ROWS_MAX + row), "A座", "40", "2", "2026-01-02", "", "")
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    return stream.getvalue()
