"""What the identity routes need of the app: keys to sign with, keys to know our processes by, verifiers,
and where people sign in.
"""

from fastapi import FastAPI

from gateway.window.identity.keys import SigningKeys, workload_keys
from gateway.window.identity.tokens import ACCESS_TYPE
from gateway.window.identity.turns import Turns
from gateway.window.settings import WindowSettings
from gateway.window.signin.providers import load_providers
from kernel.auth import IDENTITY_TYPE
from kernel.identity import Keys, TokenVerifier


def install_identity(app: FastAPI, settings: WindowSettings, signing: SigningKeys, keys: Keys | None = None) -> None:
    """`keys` are those identities are verified with, when they are not the signing keys (tests)."""
    issuer = settings.public_url
    app.state.signing_keys = signing
    app.state.workload_keys = workload_keys(settings.workload_public_keys_dir)
    app.state.sign_in_turns = Turns()
    app.state.identity_providers = load_providers(settings.identity_providers_dir)
    app.state.verify_access = TokenVerifier(signing, issuer=issuer, audience=issuer, token_type=ACCESS_TYPE)
    app.state.verify_any_identity = TokenVerifier(keys or signing, issuer=issuer, token_type=IDENTITY_TYPE)
