"""The channels, over real connections on the loopback: SMTP, HTTP, and the terminal."""

import asyncio
import base64
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.smtp import SMTP
from desk_world import NOON
from rich.console import Console

from alerts.card import Card, Quote, VerifiedFact
from alerts.channels.apprise import AppriseChannel
from alerts.channels.console import ConsoleChannel
from alerts.charts import series_of
from alerts.document import Block, Document, Form, Span
from alerts.errors import ChannelError, RefusedError, RetryAfterError
from alerts.payload import Payload
from alerts.signals import Kind, Reason, Severity
from config.brand import Brand
from config.errors import ConfigError
from storage.tables import AlertState

PNG = b"\x89PNG\r\n"


def payload(**more: object) -> Payload:
    card = Card(
        alert=1, at=NOON, lang="fr", time_zone="Europe/Paris", state=AlertState.OPEN, severity=Severity.CRITICAL,
        kind=Kind.SAFETY, title="feuilles <moisies> & co", sure=0.9, reasons=(Reason("people", 7, 0.5, 24.0),),
        people=7, messages=9, chats=("Les *buveurs*",), first_seen=NOON - timedelta(hours=3),
        quotes=(Quote(1, "J'ai vu du <b>moisi</b> & autre [/red]", "fr"),),
        fact=VerifiedFact("f1", "Cueillie à la main.", "https://tisane.example/leaf?a=1&b=2", contradicted=True),
    )  # fmt: skip
    series = series_of([(NOON, "negative")], NOON, usual_an_hour=0.1, time_zone="Europe/Paris", title="thé")
    return Payload("fr", **({"card": card, "series": series, "news": True} | more))  # type: ignore[arg-type]


@dataclass
class Sink:
    """A web server that keeps what it is sent and answers the status named in the path."""

    url: str
    got: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(int(self.path.rsplit("/", 1)[-1]))
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"json://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


async def test_a_webhook_gets_title_text_and_chart(sink: Sink) -> None:
    channel = AppriseChannel({"team:hook": f"{sink.url}/200"})
    assert await channel.send("team:hook", None, payload()) is None
    (got,) = sink.got
    assert got["title"] == "🔴 Critique · Sécurité · feuilles <moisies> & co"
    assert "7 personnes dans 1 groupe depuis 10:00, d'habitude 0–1 par jour" in str(got["message"])
    assert "« J'ai vu du <b>moisi</b> & autre [/red] »" in str(got["message"])
    assert got["type"] == "failure"
    (picture,) = got["attachments"]  # type: ignore[misc]
    assert base64.b64decode(picture["base64"]).startswith(PNG)


async def test_an_e_mail_gets_html_with_what_people_wrote_escaped() -> None:
    letters: list[bytes] = []

    class Handler:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
            letters.append(envelope.content)  # type: ignore[attr-defined]
            return "250 OK"

    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(Handler()), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"mailto://127.0.0.1:{port}?from=earshot@tisane.example&to=team@tisane.example&mode=insecure"
        await AppriseChannel({"team:mail": address}).send("team:mail", None, payload())
    letter = message_from_bytes(letters[0], policy=policy.default)
    assert letter["subject"] == "🔴 Critique · Sécurité · feuilles <moisies> & co"
    page = letter.get_body(("html",))
    assert page is not None
    text = page.get_content()
    assert "J&#x27;ai vu du &lt;b&gt;moisi&lt;/b&gt; &amp; autre [/red]" in text
    assert '<a href="https://tisane.example/leaf?a=1&amp;b=2">Preuve</a>' in text
    attachments = list(letter.iter_attachments())
    assert [part.get_content_type() for part in attachments] == ["image/png"]
    assert attachments[0].get_content().startswith(PNG)


@pytest.mark.parametrize(
    ("status", "error"), [(429, RetryAfterError), (404, RefusedError), (500, ChannelError), (503, ChannelError)]
)
async def test_the_status_says_whether_to_try_again(sink: Sink, status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        await AppriseChannel({"team:hook": f"{sink.url}/{status}"}).send("team:hook", None, payload())
    assert caught.type is error
    assert "127.0.0.1" not in str(caught.value)


async def test_an_address_that_nobody_answers_is_tried_again() -> None:
    with pytest.raises(ChannelError) as caught:
        await AppriseChannel({"team:hook": "json://127.0.0.1:9/x"}).send("team:hook", None, payload())
    assert caught.type is ChannelError


async def test_a_channel_that_left_the_brand_file_is_refused() -> None:
    with pytest.raises(RefusedError, match="no longer"):
        await AppriseChannel({}).send("team:gone", None, payload())


def test_only_the_teams_apprise_addresses_are_taken_and_a_wrong_one_is_named_without_its_secret(brand: Brand) -> None:
    assert AppriseChannel.of(brand)._services.keys() == {"team:mail", "team:boss", "team:owner"}
    with pytest.raises(ConfigError, match="'slack'") as caught:
        AppriseChannel({"team:slack": "slack://not-a-token"})
    assert "not-a-token" not in str(caught.value)


async def test_the_console_prints_people_s_words_as_they_are() -> None:
    screen = io.StringIO()
    channel = ConsoleChannel(Console(file=screen, width=100))
    assert await channel.send("team:console", None, payload()) == "1"
    shown = screen.getvalue()
    assert "J'ai vu du <b>moisi</b> & autre [/red]" in shown
    await channel.edit("team:console", None, "1", payload(news=False))
    assert screen.getvalue() == shown
    note = Document((Block(Form.TITLE, (Span("Notice"),)), Block(Form.LINE, (Span("resolved"),))))
    await channel.edit("team:console", None, "1", Payload("en", document=note, news=True))
    assert "resolved" in screen.getvalue()
