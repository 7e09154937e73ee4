"""Documents: whatever people wrote, the markup stays whole, says the same, and keeps its limit."""

import html
import io
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from alerts.document import Block, Document, Form, Span, Style, cut, shorten, size, split, units
from alerts.render import to_console, to_email, to_html, to_markdown, to_text

TEXT = st.text(
    st.one_of(
        st.sampled_from("<>&\"'*_`[]()#+-.!|~\\ é🥐👩‍🍳👍🏽é\u200d"),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Cs")),
    ),
    min_size=1,
    max_size=60,
)
SPANS = st.builds(Span, TEXT, st.sampled_from(Style), st.none() | st.just("https://a.example/?x=1&y=<2>"))
BLOCKS = st.builds(
    Block,
    st.sampled_from([form for form in Form if form is not Form.TITLE]),
    st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.integers(0, 9),
)
DOCUMENTS = st.builds(
    lambda title, blocks: Document((Block(Form.TITLE, (Span(title),)), *blocks)), TEXT, st.lists(BLOCKS, max_size=8)
)


class Checker(HTMLParser):
    """Telegram's rules: only these tags, properly nested."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "a", "code", "blockquote"}
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markup: str) -> str:
    checker = Checker()
    checker.feed(markup)
    checker.close()
    assert checker.open == []
    return checker.text


@given(DOCUMENTS)
def test_html_is_well_formed_and_shows_what_was_written(document: Document) -> None:
    text = shown(to_html(document))
    for block in document.blocks:
        assert block.text in text


@given(DOCUMENTS, st.integers(60, 400))
def test_a_limit_is_kept_in_utf16_units_with_the_markup_whole(document: Document, limit: int) -> None:
    text = shown(to_html(document, limit))
    assert len(text.encode("utf-16-le")) // 2 <= limit
    if size(document.blocks) <= limit:
        assert text == shown(to_html(document))


@given(DOCUMENTS)
def test_markdown_shows_what_was_written_and_no_markup_of_its_own(document: Document) -> None:
    page = MarkdownIt().render(to_markdown(document))
    assert "<script" not in page
    plain = "".join(html.unescape(shown_markdown(page)).split())
    for block in document.blocks:
        for span in block.spans:
            if span.style is not Style.CODE:  # a backtick inside code is written as an apostrophe
                assert "".join(span.text.split()) in plain


def shown_markdown(page: str) -> str:
    class Text(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    reader = Text(convert_charrefs=False)
    reader.handle_entityref = lambda name: setattr(reader, "text", reader.text + f"&{name};")  # type: ignore[method-assign]
    reader.handle_charref = lambda name: setattr(reader, "text", reader.text + f"&#{name};")  # type: ignore[method-assign]
    reader.feed(page)
    reader.close()
    return reader.text


@given(DOCUMENTS)
def test_the_terminal_interprets_nothing(document: Document) -> None:
    screen = io.StringIO()
    Console(file=screen, width=200, color_system=None).print(to_console(document))
    assert screen.getvalue().count("\n") >= 2


@given(TEXT, st.integers(1, 30))
def test_cutting_never_splits_a_character_or_an_emoji(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    if short != text:
        assert short.endswith("…")
        kept = short[:-1]
        assert text.startswith(kept)
        left = text[len(kept) :]
        assert not kept.endswith("\u200d")
        assert not (kept and left[0] in "\u200d\ufe0f\U0001f3fd\u0301")


@given(TEXT, st.integers(2, 30))
def test_splitting_keeps_every_word_in_parts_that_fit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(part.strip() and units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_splitting_parts_between_paragraphs_then_lines_then_words() -> None:
    assert split("one two\n\nthree four", 14) == ["one two", "three four"]
    assert split("one two\nthree four", 14) == ["one two", "three four"]
    assert split("one two three four", 14) == ["one two three", "four"]
    assert split("👩🏽‍🚀👩🏽‍🚀", 8) == ["👩🏽‍🚀", "👩🏽‍🚀"]
    assert split(" \n ", 8) == []


def test_the_least_important_goes_first() -> None:
    document = Document(
        tuple(
            Block(Form.LINE, (Span(f"{name} " + "x" * 20),), weight=weight)
            for name, weight in (("title", 0), ("life", 9), ("fact", 1), ("quote one", 3), ("quote two", 5))
        )
    )
    assert [block.text.split(" x")[0] for block in shorten(document, 90).blocks] == ["title", "fact", "quote one"]
    only = shorten(document, 20)
    assert [block.text for block in only.blocks] == ["title xxxxxxxxxxxx…"]


def test_each_markup_of_one_document() -> None:
    document = Document(
        (
            Block(Form.TITLE, (Span("A & B"),)),
            Block(Form.LINE, (Span("7 people", Style.BOLD), Span(" said"))),
            Block(Form.QUOTE, (Span("bad <tea>"),), gap=True),
            Block(Form.BULLET, (Span("proof", href="https://a.example/?x=1&y=2"),)),
            Block(Form.COPY, (Span("We are *sorry*"),)),
        )
    )
    assert to_html(document) == (
        "<b>A &amp; B</b>\n<b>7 people</b> said\n\n<blockquote>bad &lt;tea&gt;</blockquote>\n"
        '• <a href="https://a.example/?x=1&amp;y=2">proof</a>\n<code>We are *sorry*</code>'
    )
    assert to_email(document).count("<br/>\n") == 5
    assert to_text(document) == (
        "A & B\n7 people said\n\n« bad <tea> »\n• proof (https://a.example/?x=1&y=2)\n  We are *sorry*"
    )
    assert "> bad \\<tea\\>" in to_markdown(document)
    assert "- [proof](<https://a.example/?x=1&y=2>)" in to_markdown(document)
