"""Spans leave only when an OTLP collector is named."""

from typing import Protocol

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


class Traced(Protocol):
    """The settings of any process, the proxy's included."""

    @property
    def service(self) -> str: ...
    @property
    def otlp_endpoint(self) -> str | None: ...


def configure(settings: Traced) -> None:
    """Once per process."""
    if settings.otlp_endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - few name a collector
        OTLPSpanExporter,
    )

    provider = TracerProvider(resource=Resource.create({"service.name": settings.service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint)))
    trace.set_tracer_provider(provider)
