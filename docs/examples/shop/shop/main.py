"""The shop's prices."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

CURRENCY = os.environ.get("CURRENCY", "EUR")


async def health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def prices(_request: Request) -> JSONResponse:
    return JSONResponse({"apple": 3, "currency": CURRENCY})


app = Starlette(routes=[Route("/healthz", health), Route("/prices", prices)])
