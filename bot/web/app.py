"""One web application for all that is served: what platforms deliver to, and whether the service is well."""

import asyncio
from collections.abc import Callable, Iterable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from storage.errors import StorageError

HEALTH = "/health"


def web_app(routes: Iterable[BaseRoute], check: Callable[[], None]) -> Starlette:
    """The application with the platforms' routes and `/health`.

    `check` raises StorageError when the database cannot be read; health is then 503. It tells nothing else: it is open
    to everybody.
    """

    async def health(request: Request) -> Response:
        try:
            await asyncio.to_thread(check)
        except StorageError:
            return JSONResponse({"status": "storage"}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[*routes, Route(HEALTH, health, methods=["GET"])])
