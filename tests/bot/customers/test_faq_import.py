import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.customers.imports import read_entries
from bot.customers.imports.pages import from_html
from bot.customers.imports.pairs import from_csv, from_markdown, from_yaml
from config.errors import ConfigError

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
MARKUP = st.lists(
    st.sampled_from(
        ["<h2>", "</h2>", "<p>", "<details>", "<summary>", "</details>", "<script>", "<dt>", "a?", "\n", "# q", "```",
         "---", "- ", '"', ";", ",", "*a", "&b", ": ", "[", "{", "faq:", "<!--"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_table_from_a_spreadsheet(tmp_path: Path) -> None:
    content = 'Question;Réponse;id;lien\n"Où ?";"À Lyon,\nrue du Port";place;https://x.example\n;rien\nQuand ?;\n'
    read = read_entries(written(tmp_path, "faq.csv", content.encode("cp1252")), lang="fr")
    (entry,) = read.entries
    assert (entry.id, entry.question, entry.answer) == ("place", "Où ?", "À Lyon,\nrue du Port")
    assert (entry.lang, entry.source) == ("fr", "https://x.example")
    assert [(one.line, one.why) for one in read.skipped] == [(4, "has no question"), (5, "has no answer")]


def test_a_brand_files_faq_and_a_bare_list_read_the_same(tmp_path: Path) -> None:
    entries = "- id: ship\n  question: Do you ship?\n  answer: Yes.\n  lang: en\n  translations: {fr: {answer: Oui.}}\n"
    bare = read_entries(written(tmp_path, "a.yaml", entries)).entries
    whole = read_entries(written(tmp_path, "b.yml", "faq:\n" + entries), source="a.yaml").entries
    assert bare == whole
    assert bare[0].translations["fr"].answer == "Oui."


def test_headings_with_a_text_of_their_own(tmp_path: Path) -> None:
    text = (
        "# Help\n\n## Where are **you**?\nIn [Lyon](https://x.example).\n\n- one\n\n```\n# no heading\n```\n\n"
        "Shipping?\n---\nYes.\n"
    )
    entries = read_entries(written(tmp_path, "faq.md", text)).entries
    assert [entry.question for entry in entries] == ["Where are you?", "Shipping?"]
    assert entries[0].answer.startswith("In Lyon (https://x.example).\n\n• one")
    assert "# no heading" in entries[0].answer
    assert entries[1].answer == "Yes."
    assert entries[0].source == "faq.md"


def test_a_saved_page(tmp_path: Path) -> None:
    page = (
        '<link rel="canonical" href="https://x.example/faq"><nav><h2>Menu</h2>Home</nav><h1>FAQ</h1>'
        "<h3>Where?</h3><div>In <b>Lyon</b> &amp; Nice.<ul><li>one</li></ul></div>"
        "<script>var h = '<h2>x</h2>y'</script>"
        "<details><summary>Ship?</summary>Yes.</details> loose <dl><dt>Why?</dt><dd>Because.</dd></dl>"
    )
    entries = read_entries(written(tmp_path, "page.html", page)).entries
    assert [(entry.question, entry.answer) for entry in entries] == [
        ("Where?", "In Lyon & Nice.\n\n• one"),
        ("Ship?", "Yes."),
        ("Why?", "Because."),
    ]
    assert entries[0].source == "https://x.example/faq"


def test_what_a_page_tells_search_engines_comes_first(tmp_path: Path) -> None:
    asked = {
        "@type": "Question",
        "name": "Ship?",
        "acceptedAnswer": {"@type": "Answer", "text": "<p>Yes, <i>all</i>.</p>"},
    }
    data = json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "FAQPage", "mainEntity": [asked]}]})
    page = f'<script type="application/ld+json">{data}</script><h2>Other</h2>text'
    entries = read_entries(written(tmp_path, "page.htm", page)).entries
    assert [(entry.question, entry.answer) for entry in entries] == [("Ship?", "Yes, all.")]


def test_ids_are_each_used_once_and_long_answers_are_not_cut(tmp_path: Path) -> None:
    text = f"# Ship?\nYes.\n# Ship?\nNo.\n# Long?\n{'word ' * 800}\n"
    read = read_entries(written(tmp_path, "faq.md", text))
    assert [entry.id for entry in read.entries] == ["ship", "ship-2"]
    assert "longer than" in read.skipped[0].why


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("faq.doc", "x", "unknown kind"),
        ("faq.csv", "name,value\na,b\n", "name the columns"),
        ("faq.yaml", "a: *b\n", "no valid YAML"),
        ("faq.yaml", "brand: {name: x}\n", "must be a list"),
        ("faq.md", "just text\n", "no questions"),
        ("faq.html", "", "no questions"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_entries(written(tmp_path, name, content))


@settings(max_examples=200)
@given(TEXT | MARKUP)
def test_any_text_gives_pairs_or_a_reason(text: str) -> None:
    for reader in (from_csv, from_yaml, from_markdown, from_html):
        try:
            pairs = list(reader(text))
        except ValueError:
            continue
        assert all(pair.line >= 1 for pair in pairs)
