"""What is shown to people, before any markup: blocks of styled text, and how to shorten them without breaking them.

A card, a notice and a digest become a `Document`; `alerts/render.py` turns it into HTML, Markdown, plain text or
a terminal panel. Shortening works on the document, so that no tag, entity or surrogate pair is ever cut.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Style(StrEnum):
    """How a span looks."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


class Form(StrEnum):
    """What a block is. COPY is text to be taken over as it stands, such as a suggested reply."""

    TITLE = "title"
    HEADING = "heading"
    LINE = "line"
    BULLET = "bullet"
    QUOTE = "quote"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style, with an address when it is a link."""

    text: str
    style: Style = Style.PLAIN
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One line or quotation. `gap` sets it off from what precedes; blocks of high `weight` are left out first."""

    form: Form
    spans: tuple[Span, ...]
    gap: bool = False
    weight: int = 0

    @property
    def text(self) -> str:
        """The block without its styles."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in reading order; the first is the title."""

    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The first block, without its styles."""
        return self.blocks[0].text if self.blocks else ""

    @property
    def body(self) -> "Document":
        """Everything but the title."""
        return Document(self.blocks[1:])


def line(*spans: str | Span, form: Form = Form.LINE, gap: bool = False, weight: int = 0) -> Block:
    """A block of spans; bare strings are plain."""
    return Block(form, tuple(Span(s) if isinstance(s, str) else s for s in spans), gap, weight)


def bold(text: str) -> Span:
    """A bold span."""
    return Span(text, Style.BOLD)


def italic(text: str) -> Span:
    """An italic span."""
    return Span(text, Style.ITALIC)


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts it (https://core.telegram.org/api/entities#entity-length)."""
    return len(text) + sum(character > "\uffff" for character in text)


def size(blocks: Iterable[Block]) -> int:
    """UTF-16 code units of the blocks when shown, line ends and bullets included."""
    return sum(units(block.text) + 2 * block.gap + 2 * (block.form is Form.BULLET) + 1 for block in blocks)


def shorten(document: Document, limit: int | None) -> Document:
    """The document in at most `limit` UTF-16 units: the weightiest blocks go first, the last of equals before the
    others; when only blocks of weight 0 are left, the longest one is cut short with an ellipsis."""
    if limit is None:
        return document
    blocks = list(document.blocks)
    while size(blocks) > limit:
        at = max(range(len(blocks)), key=lambda i: (blocks[i].weight, i))
        if blocks[at].weight == 0:
            break
        del blocks[at]
    while size(blocks) > limit:
        at = max(range(len(blocks)), key=lambda i: (units(blocks[i].text), i))
        room = units(blocks[at].text) - (size(blocks) - limit)
        if room < 2 and len(blocks) > 1:
            del blocks[at]
        else:
            blocks[at] = _cut_block(blocks[at], max(room, 1))
            break
    return Document(tuple(blocks))


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units, ended by "…" where it was cut: at a word where one ends nearby, never
    inside a character or an emoji made of several."""
    if units(text) <= limit:
        return text
    kept = _fitting(text, limit - 1)
    space = text.rfind(" ", kept - kept // 4, kept + 1)
    return text[: space if space > 0 else kept].rstrip() + "…"


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` UTF-16 units (2 or more), none of them blank: parted between paragraphs,
    lines or words where one ends in the second half of a part, never inside a character or an emoji made of several
    that fits into one."""
    parts, rest = list[str](), text.strip()
    while units(rest) > limit:
        kept = _fitting(rest, limit) or _longest(rest, limit)
        ends = (rest.rfind(mark, kept // 2, kept + 1) for mark in ("\n\n", "\n", " "))
        end = next((end for end in ends if end > 0), kept)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest else parts


def _fitting(text: str, limit: int) -> int:
    """How many characters of a longer text fit into so many UTF-16 units, without parting one made of several."""
    kept = _longest(text, limit)
    while kept and (_continues(text[kept]) or text[kept - 1] == "\u200d"):
        kept -= 1
    return kept


def _longest(text: str, limit: int) -> int:
    kept = used = 0
    for character in text:
        used += 2 if character > "\uffff" else 1
        if used > limit:
            break
        kept += 1
    return kept


def _continues(character: str) -> bool:
    return (
        character in "\u200d\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff" or unicodedata.combining(character) > 0
    )


def _cut_block(block: Block, limit: int) -> Block:
    spans: list[Span] = []
    for span in block.spans:
        room = limit - sum(units(s.text) for s in spans)
        if units(span.text) > room:
            spans.append(replace(span, text=cut(span.text, max(room, 1))))
            break
        spans.append(span)
    return replace(block, spans=tuple(spans))
