"""A scan of one organisation over all programmes of its city through the gateway, beside the rules of the same scan.

Everything is real: six processes, PostgreSQL that flushes, an organisation with three carriers and its consent, one
caller after the other. The 99th percentile of each round; a round has some hundred scans.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from contracts.funds import PaymentFacts
from contracts.registry import CarrierFacts, OrganisationFacts
from contracts.vouchers import VoucherFacts
from devtools.bench.gateway_callers import call, percentile_us
from devtools.bench.policy_city import CARRIER, PACK, settable
from devtools.bench.registry import Bar, Contest, benchmark
from devtools.demo.recognition import register_firm
from devtools.demo.stage import Stage, set_the_stage
from devtools.demo.story import visitor
from devtools.running import Instance
from gateway.window.eligibility.held import Held
from gateway.window.eligibility.rules import scan
from kernel import clock
from kernel.ids import decode_id
from policy.snapshots import Acceptance, Snapshot

SCANS = "/v1/window/eligibility/scans"
P99_MS_MAX = 50
ALONE, SECONDS = 1, 4
PERCENT = 99
MICROSECONDS, NANOSECONDS = 1_000, 1_000_000
# A makerspace that lacks a few residents, one that lacks nothing, and an incubator.
CARRIERS = (("makerspace", 12), ("makerspace", 26), ("incubator", 30))
TIMES = 100


@benchmark("eligibility.scan.p99", unit="ms", bars=[Bar(P99_MS_MAX, at_most=True)])
def one_organisation_over_all_programmes() -> Iterator[Contest]:
    with _city() as city:
        city.p99_ms()
        yield Contest(city.p99_ms, {"pure_rules": city.pure_ms})


@dataclass(frozen=True, slots=True)
class _City:
    """A sandbox with an organisation that consented."""

    stage: Stage
    port: int
    firm: str

    def p99_ms(self) -> float:
        """One caller, request after request, as a portal would send them."""
        body = f'{{"organisation_id":"{self.firm}"}}'
        lines = [f"POST {SCANS} HTTP/1.1", "Host: bench", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.stage.portal.headers().items()]
        request = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
        tally = call(self.port, request, connections=ALONE, seconds=SECONDS)
        if tally.failures:
            raise RuntimeError(f"{tally.failures} of {len(tally.durations)} scans failed")
        return percentile_us(tally, PERCENT) / MICROSECONDS

    def pure_ms(self) -> float:
        """The same questions put to the same policy in this process: the median of many times."""
        where = f"/v1/window/policies/{self.stage.city}"
        version = self.stage.operator.get(where)["version"]
        snapshot = Snapshot.from_body(self.stage.operator.get(f"{where}/versions/{version}")["body"])
        held, taken = _held(self.stage, self.firm), list[int]()
        for _ in range(TIMES):
            # A scan has a moment of its own, so nothing is kept from the one before.
            at = Acceptance(self.stage.today, clock.real_now())
            started = time.perf_counter_ns()
            list(scan(snapshot, held, {}, carriers=held.organisation.carriers, at=at))
            taken.append(time.perf_counter_ns() - started)
        return statistics.median(taken) / NANOSECONDS


@contextmanager
def _city() -> Iterator[_City]:
    with TemporaryDirectory(prefix="bench-eligibility-") as folder, Instance(Path(folder)) as instance:
        secret = instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()
        with visitor(instance.url) as http:
            stage = set_the_stage(http, secret, pack_id=PACK)
            stage.set_parameters(settable())
            firm = register_firm(stage, stage.script.firm.name, stage.script.firm.credit_code)
            for kind, tenants in CARRIERS:
                body = {"kind": kind, "name": f"{kind} {tenants}", "operator_id": firm}
                stage.portal.post("/v1/registry/carriers", body | {"facts": CARRIER | {"tenants": tenants}})
            consent = {"organisation_id": firm, "purpose": "eligibility_scan", "valid_until": stage.today.isoformat()}
            stage.portal.post("/v1/window/consents", consent | {"evidence": {"title": "bench", "reference": "bench"}})
            yield _City(stage, instance.addresses.ports["proxy"], firm)


def _held(stage: Stage, firm: str) -> Held:
    """What the services answer for the organisation above."""
    organisation_id = decode_id("org", firm)
    carriers = [
        CarrierFacts(id=UUID(int=place), kind=kind, name=kind, facts=CARRIER | {"tenants": n}, levels=[], pending=[])
        for place, (kind, n) in enumerate(CARRIERS)
    ]
    organisation = OrganisationFacts(
        id=organisation_id, city_code=stage.city, kind="firm", status="active", registered_by="x", carriers=carriers
    )
    return Held(
        organisation,
        PaymentFacts(organisation_id=organisation_id, awards=[], paid=[]),
        VoucherFacts(organisation_id=organisation_id, issued=[]),
    )
