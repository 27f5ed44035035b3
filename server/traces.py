"""OpenTelemetry traces: the SDK makes the spans; they are exported where the usual OTEL_ variables say so."""

import logging
import os

log = logging.getLogger(__name__)


def configure_traces(version: str) -> bool:
    """Export spans over OTLP/HTTP when an endpoint is set; says whether it does."""
    if not (os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")):
        return False
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an extra
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        log.warning("an OTLP endpoint is set, but `astreinte[otel]` is not installed: no traces are exported")
        return False
    resource = Resource.create({"service.name": "astreinte", "service.version": version})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
