"""Meta's Graph API, as far as WhatsApp Business needs it: messages, files, groups.

https://developers.facebook.com/docs/whatsapp/cloud-api. Errors carry Meta's numbers and none of its words, which may
name a phone number.
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from alerts.errors import ChannelError

GRAPH = "https://graph.facebook.com"
VERSION = "v23.0"
CONNECTIONS = 64
Json = dict[str, Any]


class GraphError(ChannelError):
    """The Graph API refused: `code` is Meta's error, 0 where it named none, `status` the HTTP status."""

    def __init__(self, code: int, status: int) -> None:
        super().__init__(f"WhatsApp answered with error {code} (HTTP {status}).")
        self.code, self.status = code, status


class GraphApi:
    """The API of one business number (`phone_id`). `server` is where it is, and `transport` the way, for a test."""

    def __init__(
        self, token: str, phone_id: str, server: str = GRAPH, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.phone_id = phone_id
        self._http = httpx.AsyncClient(
            base_url=f"{server}/{VERSION}",
            headers={"Authorization": f"Bearer {token}", "User-Agent": "Earshot/1.0.0"},
            timeout=20.0,
            limits=httpx.Limits(max_connections=CONNECTIONS),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def number(self) -> Json:
        """What Meta knows of the number: display_phone_number, verified_name, quality_rating."""
        fields = "display_phone_number,verified_name,quality_rating"
        return await self._ask("GET", f"/{self.phone_id}", params={"fields": fields})

    async def send(self, message: Mapping[str, Any]) -> str:
        """Send a message; returns its id."""
        sent = await self._ask("POST", f"/{self.phone_id}/messages", json=_product(message))
        try:
            return str(sent["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            return ""  # sent, by all that is known: once more would be worse

    async def upload(self, content: bytes, filename: str, mime: str) -> str:
        """Upload a file to be sent; returns its id."""
        files = {"file": (filename, content, mime)}
        form = {"messaging_product": "whatsapp", "type": mime}
        uploaded = await self._ask("POST", f"/{self.phone_id}/media", data=form, files=files)
        return str(uploaded["id"])

    async def file(self, ref: str) -> Json:
        """Where somebody's file lies: url, mime_type, file_size."""
        return await self._ask("GET", f"/{ref}", params={"phone_number_id": self.phone_id})

    async def download(self, url: str, largest: int) -> bytes | None:
        """Download a file; None when it is larger than that many bytes."""
        content = bytearray()
        try:
            async with self._http.stream("GET", url) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise GraphError(0, answer.status_code)
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > largest:
                        return None
        except httpx.HTTPError as error:
            raise ChannelError(f"A file could not be downloaded ({type(error).__name__}).") from None
        return bytes(content)

    async def create_group(self, subject: str, description: str, *, approval: bool) -> str:
        """Ask for a new group; returns the request's id, under which a delivery will tell the group."""
        mode = "approval_required" if approval else "auto_approve"
        asked = {"subject": subject, "description": description, "join_approval_mode": mode}
        made = await self._ask("POST", f"/{self.phone_id}/groups", json=_product(asked))
        return str(made.get("request_id", ""))

    async def delete_group(self, group: str) -> None:
        """Delete a group; everybody in it is removed."""
        await self._ask("DELETE", f"/{group}")

    async def invite_link(self, group: str) -> str:
        """A new link by which a group is joined."""
        made = await self._ask("POST", f"/{group}/invite_link", json=_product({}))
        return str(made.get("invite_link", ""))

    async def join_requests(self, group: str) -> Sequence[Json]:
        """Who asks to join a group: join_request_id, creation_timestamp."""
        found = await self._ask("GET", f"/{group}/join_requests")
        return [one for one in found.get("data") or [] if isinstance(one, dict)]

    async def decide(self, group: str, requests: Sequence[str], *, approve: bool) -> None:
        """Let people in who asked to join, or not."""
        asked = _product({"join_requests": list(requests)})
        await self._ask("POST" if approve else "DELETE", f"/{group}/join_requests", json=asked)

    async def _ask(self, method: str, path: str, **given: Any) -> Json:
        try:
            answer = await self._http.request(method, path, **given)
        except httpx.HTTPError as error:
            raise ChannelError(f"WhatsApp could not be reached ({type(error).__name__}).") from None
        try:
            body = answer.json() if answer.content else {}
        except ValueError:
            body = {}
        found = body.get("error") if isinstance(body, dict) else None
        if answer.is_error or found is not None:
            code = found.get("code") if isinstance(found, dict) else None
            raise GraphError(code if isinstance(code, int) else 0, answer.status_code)
        return body if isinstance(body, dict) else {}


def _product(body: Mapping[str, Any]) -> Json:
    return {"messaging_product": "whatsapp", **body}
