"""The webhook: checks that a delivery is Meta's, stores it as it came, answers. Nothing else happens in a request.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started. A delivery is signed with the app's secret over
its bytes; one without a right signature is refused unread, and so is everything as long as no secret is set.
"""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.errors import StorageError

PATH = "/whatsapp"
SIGNATURE = "X-Hub-Signature-256"
LARGEST = 3_500_000
"""Bytes of a delivery: Meta sends at most 3 MB."""

log = structlog.get_logger(__name__)
Store = Callable[[bytes], Awaitable[None]]


class Refusals:
    """Says in the log that deliveries were refused, once a minute: anybody can send them."""

    def __init__(self) -> None:
        self._count, self._said = 0, -60.0

    def note(self) -> None:
        """One more."""
        self._count, now = self._count + 1, time.monotonic()
        if now - self._said >= 60:
            log.warning("whatsapp.signature", refused=self._count)
            self._count, self._said = 0, now


def signed(body: bytes, secret: str, signature: str) -> bool:
    """Return whether a delivery carries the signature of the app's secret; takes as long for every wrong one."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))


def webhook_routes(store: Store, secret: str, verify_token: str, path: str = PATH) -> list[Route]:
    """The routes under which Meta verifies the address and delivers; `store` raises StorageError when it cannot."""
    if not secret or not verify_token:
        raise ValueError("a webhook without secrets would take anybody's word")
    refusals = Refusals()

    async def verify(request: Request) -> Response:
        asked = request.query_params
        token = asked.get("hub.verify_token", "")
        right = hmac.compare_digest(token.encode("utf-8", "surrogatepass"), verify_token.encode())
        if asked.get("hub.mode") != "subscribe" or not right:
            return Response(status_code=HTTPStatus.FORBIDDEN)
        return PlainTextResponse(asked.get("hub.challenge", "")[:200])

    async def deliver(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not signed(body, secret, request.headers.get(SIGNATURE, "")):
            refusals.note()
            return Response(status_code=HTTPStatus.FORBIDDEN)
        try:
            await store(body)
        except StorageError as error:
            log.warning("whatsapp.storage", fault=type(error).__name__)
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)  # Meta delivers it again, for up to 7 days
        return Response()

    return [Route(path, verify, methods=["GET"]), Route(path, deliver, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The bytes of a request; None as soon as they are too many, whatever its header says."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
