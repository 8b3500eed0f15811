"""The processes of the gateway's benchmark and its load: uvicorn, the proxy, nginx, wrk."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey

from devtools.bench.gateway_callers import call, percentile_us
from devtools.bench.gateway_service import ISSUER, SERVICE, access_token, identity
from devtools.processes import UVICORN
from kernel.workload import load_key

PATH = f"/v1/{SERVICE}/carriers"
# Out of the way of the measurement; the buckets are counted all the same.
NO_QUOTA = "1000000000"
START_SECONDS = 90
_UNITS_US = {"us": 1, "ms": 1_000, "s": 1_000_000}
_HUNDREDTHS = 100

_NGINX = """\
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/nginx.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
  uwsgi_temp_path {home}/u; scgi_temp_path {home}/s; keepalive_requests 100000000;
  upstream service {{ server 127.0.0.1:{service}; keepalive 64; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""
_BODY = '{"name":"bench","level":"municipal","amount_fen":30000000}'
_WRITE_HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "bench"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of wrk: requests per second, median and 99th percentile in microseconds."""

    rate: int
    median_us: int
    p99_us: int


@dataclass(frozen=True, slots=True)
class Door:
    """A way to the service: where, and with which token."""

    port: int
    token: str


@contextmanager
def doors(home: Path) -> Iterator[dict[str, Door]]:
    """The service straight, through the gateway, and through nginx where it is installed."""
    key = _new_key(home / "key.pem")
    environment = {"BENCH_KEY_FILE": str(home / "key.pem")}
    with ExitStack() as stack:
        service = stack.enter_context(served("devtools.bench.gateway_service:app", environment))
        straight = Door(service, identity(key, "portal", SERVICE))
        opened = {"straight": straight, "gateway": _gateway(stack, home, key, service)}
        nginx = _find("nginx")
        if nginx is not None:
            port = free_port()
            conf = home / "nginx.conf"
            conf.write_text(_NGINX.format(home=home, service=service, port=port), encoding="utf-8")
            stack.enter_context(_running([nginx, "-c", str(conf), "-p", str(home)], port, {}))
            opened["nginx"] = Door(port, straight.token)
        yield opened


def load(home: Path, door: Door, *, method: str, connections: int, seconds: int) -> Measured:
    """One run of wrk, or of our own callers where it is not installed. Raises RuntimeError when an answer failed."""
    headers = {"Authorization": f"Bearer {door.token}"} | (_WRITE_HEADERS if method == "POST" else {})
    body = _BODY if method == "POST" else ""
    if _find("wrk") is None:
        return _called(door.port, method, headers, body, connections=connections, seconds=seconds)
    script = home / "wrk.lua"
    lines = [f'wrk.method = "{method}"', f"wrk.body = '{body}'"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
    script.write_text("\n".join(lines), encoding="utf-8")
    address = f"http://127.0.0.1:{door.port}{PATH}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+(\d+)", text)
    if rate is None or "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(text)
    return Measured(int(rate[1]), _percentile(text, "50%"), _percentile(text, "99%"))


def _called(
    port: int, method: str, headers: Mapping[str, str], body: str, *, connections: int, seconds: int
) -> Measured:
    lines = [f"{method} {PATH} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    tally = call(port, ("\r\n".join(lines) + "\r\n\r\n" + body).encode(), connections=connections, seconds=seconds)
    if tally.failures:
        raise RuntimeError(f"{tally.failures} of {len(tally.durations)} answers failed")
    return Measured(len(tally.durations) // seconds, percentile_us(tally, 50), percentile_us(tally, 99))


def _percentile(text: str, name: str) -> int:
    found = re.search(rf"{name}\s+(\d+)\.(\d\d)(us|ms|s)", text)
    if found is None:
        raise RuntimeError(text)
    return (int(found[1]) * _HUNDREDTHS + int(found[2])) * _UNITS_US[found[3]] // _HUNDREDTHS


def _gateway(stack: ExitStack, home: Path, key: ECKey, service: int) -> Door:
    port = free_port()
    environment = {
        "WINDOW_URL": f"http://127.0.0.1:{service}",
        "REGISTRY_URL": f"http://127.0.0.1:{service}",
        "PUBLIC_URL": ISSUER,
        "WORKLOAD_KEY_FILE": str(home / "key.pem"),
        "PORT": str(port),
        "CLIENT_QUOTA": NO_QUOTA,
    }
    stack.enter_context(_running([sys.executable, "-m", "gateway.proxy"], port, environment))
    return Door(port, access_token(key, "portal"))


@contextmanager
def served(factory: str, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """uvicorn the way our processes run it, on the port it yields."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), *UVICORN),
        *("--ws", "none", "--log-level", "warning"),
    ]
    with _running(command, port, environment or {}):
        yield port


@contextmanager
def running(module: str, port: int, environment: Mapping[str, str]) -> Iterator[None]:
    """A module as a process, until it listens and until we leave."""
    with _running([sys.executable, "-m", module], port, environment):
        yield


@contextmanager
def _running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        _await_port(process, port)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _await_port(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(START_SECONDS * 20):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(1 / 20)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on {port}")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def _new_key(path: Path) -> ECKey:
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    return load_key(path)
