"""What only the window needs to know."""

from pathlib import Path

from pydantic import Field

from kernel.settings import ServiceSettings


class WindowSettings(ServiceSettings):
    """`signing_keys_dir`: PEM files, the first by name signs, all are published, so that rotation is adding a file.

    `webhook_private_targets`: sandboxes may be told of at http and private addresses, on a developer's own machine.
    """

    signing_keys_dir: Path
    workload_public_keys_dir: Path
    bootstrap_secret: str = Field(min_length=32)
    webhook_private_targets: bool = False
    live_packs: str = "zhuzhou liuzhou wuhan xuzhou jiaxing"
