"""The events process: `uvicorn services.events.main:app`."""

from kernel.settings import ServiceSettings
from services.events.wiring import build

app = build(ServiceSettings())
