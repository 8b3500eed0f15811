"""Funds as it runs in production, straight and behind the gateway, over a durable PostgreSQL, with one open city.

Two workers, as FUNDS_WORKERS=2 starts them: the reference beside may use every core too.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

from devtools.bench.gateway_load import NO_QUOTA, free_port, running, served
from devtools.bench.policy_city import a_snapshot
from devtools.databases import Database, prepare
from devtools.postgres import Server, throwaway_home
from devtools.resilience.neighbours import BANK
from devtools.resilience.tokens import ISSUER, Signer, city_code
from kernel import clock
from kernel.ids import new_id
from kernel.workload import load_key

CITY, FUND = city_code(1), "fund.award_subsidy"
HOUR, WORKERS = 3_600, "2"


@dataclass(frozen=True, slots=True)
class Door:
    """A way to funds: the port, and what is said at it."""

    port: int
    token: str


@dataclass(frozen=True)
class FundsCity:
    server: Server
    database: Database
    straight: Door
    gateway: Door
    signer: Signer
    folder: Path

    def call(self, method: str, path: str, body: Any = None, *, role: str = "finance") -> Any:
        """One call of an office, straight. Raises RuntimeError on a refusal."""
        token = self.signer.token("funds", f"person:{role}-1", roles=[role], city=CITY)
        return self._call(token, method, path, body)

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """An event from the window."""
        moment = clock.real_now().isoformat()
        event = {
            "id": str(new_id()), "type": kind, "city_code": CITY, "subject": CITY, "position": 1, "occurred_at": moment,
            "recorded_at": moment, "actor": None, "request_id": None, "data": data,
        }  # fmt: skip
        token = self.signer.token("funds", "workload:window", roles=["workload"], city=CITY)
        (outcome,) = self._call(token, "POST", "/internal/events", {"events": [event]})["results"]
        if outcome["outcome"] != "done":
            raise RuntimeError(str(outcome))

    def _call(self, token: str, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        url = f"http://127.0.0.1:{self.straight.port}{path}"
        answer = httpx2.request(method, url, json=body, headers=headers, timeout=180, trust_env=False)
        if not answer.is_success:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()


@contextmanager
def funds_city(server: Server | None = None, database: Database | None = None) -> Iterator[FundsCity]:
    """On the server and database given, or on its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-funds-")))
        key_file = folder / "key.pem"
        key_file.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        if server is None:
            server = stack.enter_context(Server(stack.enter_context(throwaway_home()) / "postgres", durable=True))
        database = database or prepare(server.url, "funds", name="funds", passwords=folder / "passwords")
        key = {"RESILIENCE_KEY_FILE": str(key_file)}
        others = stack.enter_context(served("devtools.resilience.neighbours:app", key))
        told = {f"{name}_URL": f"http://127.0.0.1:{others}" for name in ("WINDOW", "REGISTRY", "VOUCHERS", "EVENTS")}
        told |= {
            "SERVICE": "funds", "DATABASE_URL": database.runtime_url, "PUBLIC_URL": ISSUER,
            "WORKLOAD_KEY_FILE": str(key_file), "CURSOR_SECRET": "c" * 32, "CLIENT_QUOTA": NO_QUOTA,
        }  # fmt: skip
        port = stack.enter_context(
            served(
                "services.funds.main:build",
                told | {"WEB_CONCURRENCY": WORKERS, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
            )
        )
        signer, proxy = Signer(load_key(key_file)), free_port()
        behind = told | {"SERVICE": "proxy", "FUNDS_URL": f"http://127.0.0.1:{port}", "PORT": str(proxy)}
        stack.enter_context(running("gateway.proxy", proxy, behind))
        token = signer.token(
            "funds", "person:finance-1", roles=["finance", "auditor", "bank"], city=CITY, organisation=str(BANK)
        )
        made = FundsCity(server, database, Door(port, token), Door(proxy, _access_token(signer)), signer, folder)
        _open(made)
        yield made


def _open(city: FundsCity) -> None:
    named = {"city_code": CITY, "pack_id": "xuzhou", "name_zh": "沙箱", "name_en": "Box", "is_sandbox": True}
    city.tell("city.opened", named)
    policy = a_snapshot().model_copy(update={"city_code": CITY})
    told = {"version": policy.version, "hash": policy.hash, "pack_id": policy.pack.pack, "body": policy.body}
    city.tell("policy.snapshot_published", told)


def _access_token(signer: Signer) -> str:
    """What the window gives a client for an hour."""
    claims = {"iss": ISSUER, "sub": "bench", "client_id": "bench", "aud": ISSUER,
              "exp": int(clock.real_now().timestamp()) + HOUR}  # fmt: skip
    header = {"alg": "ES256", "typ": "at+jwt", "kid": signer.key.kid}
    return jwt.encode(header, claims, signer.key)
