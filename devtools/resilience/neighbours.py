"""Everybody funds talks to, in one process: the window's keys and tokens, a registry, subscribers that take all."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devtools.resilience.tokens import Signer, city_code
from kernel.workload import load_key

TOKEN_SECONDS = 3_600
BANK = UUID(int=(1 << 64) + 1)  # of the first city


def city_of(organisation: UUID) -> str:
    """An organisation of the run carries the number of its city."""
    return city_code(organisation.int >> 64)


async def _keys(request: Request) -> Response:
    keys: KeySet = KeySet([request.app.state.signer.key])
    return JSONResponse(dict(keys.as_dict(private=False)))


async def _token(request: Request) -> Response:
    form = await request.form()
    token = request.app.state.signer.token(str(form["resource"]), "workload:funds", roles=["workload"], city="")
    return JSONResponse({"access_token": token, "expires_in": TOKEN_SECONDS})


async def _identity(request: Request) -> Response:
    """What the gateway gets for whoever came to it: somebody who may do anything in the first city."""
    audience = json.loads(await request.body())["audience"]
    city = city_code(1)
    token = request.app.state.signer.token(
        audience, "person:finance-1", roles=["finance", "auditor", "bank"], city=city, organisation=str(BANK)
    )
    return JSONResponse({"identity": token, "expires_in": TOKEN_SECONDS}, 201)


async def _organisation(request: Request) -> Response:
    """Every organisation is a bank with an account."""
    known: dict[str, Any] = {"id": request.path_params["id"], "name": "彭城银行", "status": "active"}
    known["city_code"] = city_of(UUID(known["id"]))
    if request.url.path.endswith("/payee"):
        account = {"payee_name": "彭城银行", "account_number": "6222020200112233445", "bank_name": "彭城银行营业部"}
        return JSONResponse(known | account)
    return JSONResponse(known | {"kind": "bank", "credit_code": None})


async def _events(request: Request) -> Response:
    events = json.loads(await request.body())["events"]
    return JSONResponse({"results": [{"id": event["id"], "outcome": "done"} for event in events]})


def app() -> Starlette:
    """For `uvicorn --factory`."""
    started = Starlette(
        routes=[
            Route("/.well-known/jwks.json", _keys),
            Route("/oauth/token", _token, methods=["POST"]),
            Route("/internal/identities", _identity, methods=["POST"]),
            Route("/internal/organisations/{id}", _organisation),
            Route("/internal/organisations/{id}/payee", _organisation),
            Route("/internal/events", _events, methods=["POST"]),
        ]
    )
    started.state.signer = Signer(load_key(Path(os.environ["RESILIENCE_KEY_FILE"])))
    return started
