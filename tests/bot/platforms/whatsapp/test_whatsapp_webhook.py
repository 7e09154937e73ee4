"""The webhook: whose word is taken, and whose is not."""

import hashlib
import hmac
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.whatsapp.platform import Access
from bot.platforms.whatsapp.webhook import LARGEST, PATH, SIGNATURE, signed, webhook_routes
from bot.web.app import web_app
from config.errors import ConfigError
from config.settings import Settings
from storage.errors import StorageError

SECRET, VERIFY = "app-secret", "verify-token"
STORED: list[bytes] = []


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    STORED.clear()

    async def store(body: bytes) -> None:
        STORED.append(body)

    app = web_app(webhook_routes(store, SECRET, VERIFY), lambda: None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web") as client:
        yield client


async def test_meta_verifies_the_address(http: httpx.AsyncClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = await http.get(PATH, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        assert (await http.get(PATH, params=asked | wrong)).status_code == 403


async def test_only_signed_deliveries_are_stored(http: httpx.AsyncClient) -> None:
    body = '{"entry": [], "é": "\\u00e9"}'.encode()
    assert (await http.post(PATH, content=body, headers={SIGNATURE: sign(body)})).status_code == 200
    forged = [sign(body, "other"), sign(body + b" "), sign(body)[:-1], sign(body).upper(), "sha1=00", "", "sha256=é"]
    for signature in forged:
        answer = await http.post(PATH, content=body, headers={SIGNATURE.encode(): signature.encode()})
        assert answer.status_code == 403
    assert (await http.post(PATH, content=body)).status_code == 403
    assert [body] == STORED


async def test_endless_deliveries_are_refused(http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1_000_000 + 2):
            yield b"x" * 1_000_000

    assert (await http.post(PATH, content=endless())).status_code == 413
    assert STORED == []


async def test_health_tells_whether_the_database_is_there() -> None:
    def broken() -> None:
        raise StorageError("gone")

    for check, status in ((lambda: None, 200), (broken, 503)):
        app = web_app([], check)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web") as client:
            assert (await client.get("/health")).status_code == status


@given(st.binary(max_size=200), st.text(max_size=80))
def test_no_text_is_a_signature_but_the_right_one(body: bytes, text: str) -> None:
    assert signed(body, SECRET, text) == (text == sign(body))
    assert not signed(body, "", sign(body, ""))


@pytest.mark.parametrize("missing", ["token", "phone_id", "app_secret", "verify_token"])
def test_a_half_configured_number_does_not_start(missing: str) -> None:
    given = {"token": "t", "phone_id": "1", "app_secret": "s", "verify_token": "v"}
    whole = Settings(**{f"whatsapp_{name}": value for name, value in given.items()})
    assert Access.of(whole) == Access("t", "1", "s", "v")
    del given[missing]
    for value in ({}, {f"whatsapp_{missing}": "  "}):
        half = Settings(**{f"whatsapp_{name}": text for name, text in given.items()}, **value)
        with pytest.raises(ConfigError, match=f"WHATSAPP_{missing.upper()} as well"):
            Access.of(half)


def test_no_routes_without_secrets() -> None:
    async def store(body: bytes) -> None:
        """Never called."""

    assert Access.of(Settings()) is None
    for secrets in (("", VERIFY), (SECRET, "")):
        with pytest.raises(ValueError, match="anybody's word"):
            webhook_routes(store, *secrets)
