"""`python -m gateway.proxy`: the proxy as it faces the world."""

import uvicorn

from gateway.proxy.main import app
from gateway.proxy.settings import ProxySettings
from gateway.proxy.wire import server_config


def main() -> None:
    """Serve until SIGTERM; requests under way get 25 seconds to finish."""
    uvicorn.Server(server_config(app, ProxySettings.of_environment())).run()


if __name__ == "__main__":
    main()
