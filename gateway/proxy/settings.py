"""Settings of the proxy. It has no database and no secret but its workload key."""

from ipaddress import ip_network

from pydantic import field_validator

from kernel.settings import KeyFile, ProcessSettings


class ProxySettings(ProcessSettings):
    """Times in milliseconds unless the name says seconds, sizes in bytes, quotas in cost units (see routes.py)."""

    service: str = "proxy"
    version: str = "0.1.0"
    window_url: str = "http://127.0.0.1:8001"
    registry_url: str = "http://127.0.0.1:8002"
    vouchers_url: str = "http://127.0.0.1:8003"
    funds_url: str = "http://127.0.0.1:8004"
    events_url: str = "http://127.0.0.1:8005"
    public_url: str = "http://127.0.0.1:8000"
    workload_key_file: KeyFile

    host: str = "127.0.0.1"
    port: int = 8000
    # Never the public port: what it shows (routes, failures, breakers) is for the people who run it.
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None

    cors_origins: tuple[str, ...] = ()
    # Addresses whose X-Forwarded-For is believed: a load balancer in front, nobody by default.
    trusted_proxies: tuple[str, ...] = ()

    client_quota: int = 12_000
    anonymous_quota: int = 3_000
    quota_window_seconds: int = 60

    in_flight_max: int = 1_000
    header_bytes_max: int = 32_768
    header_wait: int = 10_000
    body_idle: int = 10_000
    # Of request bodies in memory: all together, and a client's (a stranger's: its address's) own.
    bodies_held: int = 192 * 1_048_576
    bodies_held_each: int = 32 * 1_048_576
    connect_wait: int = 2_000
    connections_per_upstream: int = 100
    # Below the five seconds after which uvicorn closes an idle connection, so that a write rarely meets a dead one.
    upstream_keep_alive: int = 3_000

    access_log_per_10000: int = 100
    span_sample_per_10000: int = 100
    otlp_endpoint: str | None = None

    @field_validator("trusted_proxies")
    @classmethod
    def networks(cls, trusted: tuple[str, ...]) -> tuple[str, ...]:
        """Each is an address or a network. Raises ValueError."""
        for item in trusted:
            ip_network(item)
        return trusted

    def url_of(self, process: str) -> str:
        """The base address of a process behind the gateway."""
        return str(getattr(self, f"{process}_url")).rstrip("/")
