"""Settings of the registry."""

from pathlib import Path

from kernel.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """`certificate_key_file`: PEM of the ES256 key certificates and proofs are signed with, and nothing else is."""

    certificate_key_file: Path
