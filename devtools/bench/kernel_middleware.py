"""A bare FastAPI route beside the same route under the kernel's middleware: request id, metrics, sampled spans."""

import gc
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from pydantic import BaseModel

from devtools.bench.gateway_load import Door, load, served
from devtools.bench.registry import Bar, Contest, benchmark
from devtools.bench.rounds import ROUNDS_MIN
from kernel.middleware import RequestMiddleware

SECONDS = 2
CONNECTIONS = 32
# Of each kind, a new one every round: where a process has its objects makes it up to a tenth faster or slower for life.
PROCESSES = ROUNDS_MIN
SHARE_LEFT = 0.80
BODY_LIMIT = 1_048_576
ONE_PERCENT = 100


class Carrier(BaseModel):
    id: str
    name: str
    level: str


class Dropped(SpanExporter):
    """Takes spans the way a collector would and forgets them."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - forgotten
        return SpanExportResult.SUCCESS


@asynccontextmanager
async def _life(_app: FastAPI) -> AsyncIterator[None]:
    gc.collect()
    gc.freeze()
    yield


def bare() -> FastAPI:
    """For `uvicorn --factory`."""
    app = FastAPI(lifespan=_life, openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})

    @app.get("/v1/registry/carriers")
    async def carriers() -> Carrier:
        return Carrier(id="carrier_01h455vb4pex5vsknk084sn02q", name="众创空间", level="municipal")

    return app


def with_middleware() -> FastAPI:
    """For `uvicorn --factory`: what kernel.app puts around every route, spans really made and taken."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Dropped()))
    trace.set_tracer_provider(provider)
    app = bare()
    app.add_middleware(RequestMiddleware, body_limit=BODY_LIMIT, span_sample_per_10000=ONE_PERCENT)
    return app


@benchmark("kernel.middleware", unit="requests/s", bars=[Bar(SHARE_LEFT, of="bare")])
def middleware() -> Iterator[Contest]:
    with TemporaryDirectory(prefix="bench-kernel-") as folder, ExitStack() as stack:

        def started(factory: str) -> list[int]:
            name = f"devtools.bench.kernel_middleware:{factory}"
            return [stack.enter_context(served(name)) for _ in range(PROCESSES)]

        def rate(port: int) -> float:
            return load(Path(folder), Door(port, "none"), method="GET", connections=CONNECTIONS, seconds=SECONDS).rate

        plain, wrapped = started("bare"), started("with_middleware")
        for port in plain + wrapped:
            rate(port)
        next_plain, next_wrapped = cycle(plain), cycle(wrapped)
        yield Contest(lambda: rate(next(next_wrapped)), {"bare": lambda: rate(next(next_plain))})
