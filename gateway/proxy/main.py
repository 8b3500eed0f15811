"""`app` for any ASGI server; `python -m gateway.proxy` runs it the way it should face the world (wire.py)."""

from gateway.proxy.process import Proxy
from gateway.proxy.settings import ProxySettings

app = Proxy(ProxySettings.of_environment())
