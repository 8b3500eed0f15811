"""What only the window needs to know."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.window.identity.keys import SigningKeys
from gateway.window.signin.providers import load_providers
from kernel.settings import ServiceSettings
from policy.loader import PackUnknown, load_pack


def _readable(folder: Path | None) -> Path | None:
    load_providers(folder)
    return folder


def _with_a_signing_key(folder: Path) -> Path:
    SigningKeys(folder)
    return folder


def _loadable(live_packs: str) -> str:
    for pack_id in live_packs.split():
        try:
            load_pack(pack_id)
        except PackUnknown:
            raise ValueError(f"there is no policy pack {pack_id}") from None
    return live_packs


class WindowSettings(ServiceSettings):
    """`signing_keys_dir`: PEM files, the first by name signs, all are published, so that rotation is adding a file.

    `webhook_private_targets`: sandboxes may be told of at http and private addresses, on a developer's own machine.
    `identity_providers_dir`: a `<city>.yaml` for each city whose people sign in at a provider of its own
    (gateway/window/signin/providers.py); read at start.
    """

    signing_keys_dir: Annotated[Path, AfterValidator(_with_a_signing_key)]
    workload_public_keys_dir: Path
    bootstrap_secret: str = Field(min_length=32)
    webhook_private_targets: bool = False
    identity_providers_dir: Annotated[Path | None, AfterValidator(_readable)] = None
    live_packs: Annotated[str, AfterValidator(_loadable)] = "zhuzhou liuzhou wuhan xuzhou jiaxing"
