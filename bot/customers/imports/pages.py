"""Questions with answers from a saved web page: what it tells search engines (schema.org's FAQPage), else folded parts
(details with a summary), definition lists, and headings with the text under them."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from bot.customers.imports.pairs import Pair

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_QUESTIONS = (*_HEADINGS, "summary", "dt")
_SILENT = ("style", "noscript", "nav", "footer", "header", "svg", "template", "form", "button", "select", "title")
_BREAKS = ("p", "br", "li", "div", "tr", "ul", "ol", "dd", "section", "table", "details", "article", "blockquote")


def from_html(text: str) -> Iterator[Pair]:
    """Yield the pairs of a page: those of its FAQPage data, or without such data each heading with a text under it."""
    page = _Page()
    page.feed(text)
    page.close()
    page.end()
    told = [pair for data in page.data for pair in _questions(data, page.address)]
    yield from told or page.pairs


def _questions(data: str, address: str) -> Iterator[Pair]:
    """The questions in a page's data for search engines (https://schema.org/FAQPage)."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    waiting: list[Any] = [value]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting = node + waiting
        elif isinstance(node, dict):
            answer = node.get("acceptedAnswer")
            answer = answer[0] if isinstance(answer, list) and answer else answer
            if "Question" in str(node.get("@type")) and isinstance(answer, dict):
                yield Pair(1, _stripped(node.get("name")), _stripped(answer.get("text")), source=address)
            else:
                waiting = [node[key] for key in ("@graph", "mainEntity", "itemListElement") if key in node] + waiting


def _stripped(html: object) -> str:
    page = _Page()
    page.feed(html if isinstance(html, str) else "")
    page.close()
    return "".join(page.loose).strip()


class _Page(HTMLParser):
    """Gathers questions, each with the text up to the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[Pair] = []
        self.data: list[str] = []
        self.address = ""
        self.loose: list[str] = []
        self._silent = 0
        self._in_data = False
        self._asking = ""
        self._question: list[str] = []
        self._began = 0
        self._answer: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self._in_data = given.get("type") == "application/ld+json"
            self.data += [""] if self._in_data else []
            self._silent += 1
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "link" and given.get("rel") == "canonical":
            self.address = given.get("href") or ""
        elif tag in _QUESTIONS and not self._silent:
            self.end()
            self._asking, self._question, self._began = tag, [], self.getpos()[0]
        elif tag in _BREAKS:
            self._write("\n• " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" or tag in _SILENT:
            self._silent, self._in_data = max(0, self._silent - 1), False
        elif tag == self._asking:
            self._asking, self._answer = "", []
        elif tag == "details":
            self.end()
        elif tag in _BREAKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        if self._in_data and self.data:
            self.data[-1] += data
        elif not self._silent:
            self._write(re.sub(r"\s+", " ", data))

    def end(self) -> None:
        """The question gathered has all its answer."""
        question, answer = "".join(self._question).strip(), "".join(self._answer or ()).strip()
        if question and answer:
            self.pairs.append(Pair(self._began, question, answer, source=self.address))
        self._question, self._answer, self._asking = [], None, ""

    def _write(self, text: str) -> None:
        if self._asking:
            self._question.append(text)
        elif self._answer is not None:
            self._answer.append(text)
        else:
            self.loose.append(text)
