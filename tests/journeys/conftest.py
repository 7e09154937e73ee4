"""Fixtures: a Bot API server, and a service that listens to it."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bot_api import BotApi, bot_api
from graph_api import Graph, graph_api
from telegram_world import Journey, journey
from whatsapp_world import WhatsAppJourney, whatsapp_journey


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as served:
        yield served


@pytest.fixture
async def life(api: BotApi, tmp_path: Path) -> AsyncIterator[Journey]:
    async with journey(api, tmp_path) as made:
        yield made


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    async with graph_api() as served:
        yield served


@pytest.fixture
async def whatsapp(graph: Graph, tmp_path: Path, unused_port: int) -> AsyncIterator[WhatsAppJourney]:
    async with whatsapp_journey(graph, tmp_path, unused_port) as made:
        yield made


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
