"""The funds process: `uvicorn services.funds.main:app`."""

from kernel.settings import ServiceSettings
from services.funds.wiring import build

app = build(ServiceSettings())
