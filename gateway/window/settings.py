"""What only the window needs to know."""

from pathlib import Path

from pydantic import Field

from kernel.settings import ServiceSettings


class WindowSettings(ServiceSettings):
    """`signing_keys_dir`: PEM files, the first by name signs, all are published, so that rotation is adding a file."""

    signing_keys_dir: Path
    workload_public_keys_dir: Path
    bootstrap_secret: str = Field(min_length=32)
    live_packs: str = "zhuzhou liuzhou wuhan xuzhou jiaxing"
