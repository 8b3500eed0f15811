"""The secrets of one installation as files of mode 0600 in folders of mode 0700, made on first use and then kept."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """Where each secret of an installation lies."""

    folder: Path

    @property
    def cursor_secret(self) -> Path:
        return self.folder / "cursor_secret"

    @property
    def bootstrap_secret(self) -> Path:
        """The secret of the client `bootstrap-operator`, the first one of an installation."""
        return self.folder / "bootstrap_secret"

    @property
    def signing_keys(self) -> Path:
        """Private keys the window signs with; the first by name signs, all are published."""
        return self.folder / "signing"

    @property
    def certificate_key(self) -> Path:
        """The private key certificates and proofs are signed with."""
        return self.folder / "certificates.pem"

    @property
    def voucher_code_key(self) -> Path:
        """What the hashes of voucher codes are made with: lose it, and every issued code is worthless."""
        return self.folder / "voucher_code_key"

    @property
    def attendance_code_key(self) -> Path:
        """What the hashes of check-in codes and feed tokens are made with: lose it, and each is worthless."""
        return self.folder / "attendance_code_key"

    @property
    def person_number_key(self) -> Path:
        """What the hashes of persons' numbers are made with: lose it, and nobody is recognised again."""
        return self.folder / "person_number_key"

    @property
    def workload_public_keys(self) -> Path:
        return self.folder / "workloads-public"

    @property
    def database_passwords(self) -> Path:
        return self.folder / "databases"

    def workload_key(self, process: str) -> Path:
        return self.folder / "workloads" / f"{process}.pem"

    def complete(self, processes: Iterable[str]) -> None:
        """Make what is missing for `processes`; keep what is there."""
        kept_secret(self.cursor_secret)
        kept_secret(self.bootstrap_secret)
        kept_secret(self.voucher_code_key)
        kept_secret(self.person_number_key)
        kept_secret(self.attendance_code_key)
        _kept_key(self.signing_keys / "0001.pem")
        _kept_key(self.certificate_key)
        for process in processes:
            key = _kept_key(self.workload_key(process))
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            _write(self.workload_public_keys / f"{process}.pub.pem", public)


def kept_secret(path: Path) -> str:
    """The secret in `path`, 256 random bits in URL-safe characters."""
    if not path.exists():
        _write(path, secrets.token_urlsafe(32).encode())
    return path.read_text(encoding="ascii").strip()


def _kept_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The ES256 private key in `path` (PEM, PKCS #8)."""
    if path.exists():
        return _read_key(path)
    key = ec.generate_private_key(ec.SECP256R1())
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    with suppress(ValueError):
        key = load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key
    raise ValueError(f"{path} holds no elliptic curve key")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(content)
    draft.replace(path)
