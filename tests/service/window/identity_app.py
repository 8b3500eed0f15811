"""The window's identity routes over a real database, with keys of its own and one workload's."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from joserfc.jwk import ECKey

from gateway.window.identity.api import internal
from gateway.window.identity.api import routes as clients
from gateway.window.identity.keys import SigningKeys
from gateway.window.identity.oauth import routes as oauth
from gateway.window.identity.wiring import install_identity
from gateway.window.settings import WindowSettings
from kernel.app import create_app


def window_secrets(folder: Path) -> dict[str, Any]:
    """Settings only the window has, with fresh keys."""
    for name in ("signing", "workloads"):
        (folder / name).mkdir()
    (folder / "signing" / "0001.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    proxy = ECKey.generate_key("P-256")
    (folder / "proxy.pem").write_bytes(proxy.as_pem(private=True))
    (folder / "workloads" / "proxy.pub.pem").write_bytes(proxy.as_pem(private=False))
    return {
        "signing_keys_dir": folder / "signing",
        "workload_public_keys_dir": folder / "workloads",
        "bootstrap_secret": "b" * 40,
    }


def build(settings: WindowSettings, *, keys: Any = None) -> FastAPI:
    signing = SigningKeys(settings.signing_keys_dir)
    app = create_app(settings, title="Window", routers=[oauth, clients, internal], keys=signing)
    install_identity(app, settings, signing)
    return app
