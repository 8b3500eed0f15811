"""The window's signing keys, and the public keys of our own processes."""

from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet

from kernel.auth import WORKLOAD
from kernel.workload import load_key


class SigningKeys:
    """Every PEM file of a folder; the first by name signs, all are published. Raises ValueError without one to sign."""

    def __init__(self, folder: Path) -> None:
        self._keys = [load_key(path) for path in sorted(folder.glob("*.pem"))]
        if not self._keys or not self._keys[0].is_private:
            raise ValueError(f"no signing key in {folder}")

    @property
    def signing(self) -> ECKey:
        """The key new tokens are signed with."""
        return self._keys[0]

    async def __call__(self, refresh: bool) -> KeySet:  # noqa: ARG002 - kernel.identity.Keys: nothing to fetch again
        return KeySet(list(self._keys))

    def published(self) -> dict[str, Any]:
        """The JWKS: public parts alone."""
        return {"keys": [key.as_dict(private=False, use="sig", alg="ES256") for key in self._keys]}


def workload_keys(folder: Path) -> dict[str, KeySet]:
    """`workload:<name>` → its public key, from `<name>.pub.pem`."""
    return {
        WORKLOAD + path.name.removesuffix(".pub.pem"): KeySet([load_key(path)])
        for path in sorted(folder.glob("*.pub.pem"))
    }
