"""A document in the markup of each kind of channel. Everything that people wrote is escaped here and nowhere else."""

import html
import re
from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from alerts.document import Block, Document, Form, Span, Style, shorten

BULLET = "• "
_TAGS = {Style.BOLD: "b", Style.ITALIC: "i", Style.CODE: "code"}
_MARKS = {Style.BOLD: "**", Style.ITALIC: "_", Style.CODE: "`"}
_RICH = {Style.PLAIN: "", Style.BOLD: "bold", Style.ITALIC: "italic", Style.CODE: "cyan"}
# A terminal obeys control characters, and direction marks turn the rest of a line round.
_TERMINAL_COMMANDS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~<>-])")


def to_html(document: Document, limit: int | None = None) -> str:
    """Telegram's HTML: only b, i, a, blockquote and code, lines ended by newlines; at most `limit` UTF-16 units of
    text (https://core.telegram.org/bots/api#html-style)."""
    return _lines(shorten(document, limit), _html_block)


def to_email(document: Document) -> str:
    """The same tags as a stand-alone fragment whose lines are ended by <br/>."""
    return to_html(document).replace("\n", "<br/>\n")


def to_markdown(document: Document, limit: int | None = None) -> str:
    """CommonMark; hard line breaks inside a paragraph."""
    return _lines(shorten(document, limit), _markdown_block)


def to_text(document: Document, limit: int | None = None) -> str:
    """Plain text; a link's address stands behind it in parentheses."""
    return _lines(shorten(document, limit), _text_block)


def to_console(document: Document, border: str = "white") -> RenderableType:
    """A rich panel under the document's title. Neither markup nor terminal commands in people's texts are obeyed."""
    lines = [_rich_block(block) for block in document.body.blocks]
    title = Text(f" {_inert(document.title)} ", style="bold")
    return Panel(Group(*lines), title=title, title_align="left", border_style=border, padding=(0, 1))


def _lines(document: Document, write: Callable[[Block], str]) -> str:
    parts = (("\n" if block.gap and at else "") + write(block) for at, block in enumerate(document.blocks))
    return "\n".join(parts)


def _html_span(span: Span) -> str:
    text = html.escape(span.text)
    if span.href is not None:
        text = f'<a href="{html.escape(span.href)}">{text}</a>'
    tag = _TAGS.get(span.style)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _html_block(block: Block) -> str:
    text = "".join(map(_html_span, block.spans))
    match block.form:
        case Form.TITLE | Form.HEADING:
            return f"<b>{text}</b>"
        case Form.QUOTE:
            return f"<blockquote>{text}</blockquote>"
        case Form.COPY:
            return f"<code>{text}</code>"
        case Form.BULLET:
            return BULLET + text
        case Form.LINE:
            return text


def _markdown_span(span: Span) -> str:
    if span.style is Style.CODE:
        return "`" + span.text.replace("`", "'") + "`"
    text = _MARKDOWN_SPECIAL.sub(r"\\\1", span.text)
    if span.href is not None:
        text = f"[{text}](<{span.href.replace('>', '%3E').replace('<', '%3C')}>)"
    mark = _MARKS.get(span.style, "")
    return f"{mark}{text}{mark}"


def _markdown_block(block: Block) -> str:
    text = "".join(map(_markdown_span, block.spans))
    match block.form:
        case Form.TITLE | Form.HEADING:
            return f"**{text}**  "
        case Form.QUOTE | Form.COPY:
            return "\n".join(f"> {part}  " for part in text.split("\n")) + "\n"
        case Form.BULLET:
            return f"- {text}"
        case Form.LINE:
            return text + "  "


def _text_block(block: Block) -> str:
    text = "".join(s.text + (f" ({s.href})" if s.href and s.href != s.text else "") for s in block.spans)
    match block.form:
        case Form.QUOTE:
            return f"« {text} »"
        case Form.BULLET:
            return BULLET + text
        case Form.COPY:
            return "\n".join(f"  {part}" for part in text.split("\n"))
        case _:
            return text


def _rich_block(block: Block) -> Text:
    text = Text("\n" if block.gap else "")
    if block.form in (Form.QUOTE, Form.COPY):
        text.append("▏ ", style="dim")
    elif block.form is Form.BULLET:
        text.append(BULLET)
    for span in block.spans:
        style = "bold" if block.form is Form.HEADING else "italic" if block.form is Form.QUOTE else _RICH[span.style]
        text.append(_inert(span.text), style=f"{style} link {span.href}" if span.href else style or None)
    return text


def _inert(text: str) -> str:
    return _TERMINAL_COMMANDS.sub(" ", text)
