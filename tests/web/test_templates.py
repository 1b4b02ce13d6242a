"""What holds for every template: its words can be translated, and nothing in it needs a laxer CSP."""

import re
from pathlib import Path

import pytest

import seatkeeper.web

TEMPLATES = sorted((Path(seatkeeper.web.__file__).parent / "templates").rglob("*.html"))
names = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)

BLOCKS = re.compile(r"{%\s*(blocktranslate|blocktrans|comment|verbatim)\b.*?{%\s*end\1\s*%}", re.DOTALL)
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
MARKUP = re.compile(r"<(script|style|kbd|code)\b.*?</\1>|<!doctype[^>]*>|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE)
SPOKEN = re.compile(r'\b(?:placeholder|aria-label|title|alt|data-label)="([^"]*)"')
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Seatkeeper", "csv", "html"}


def plain(text: str) -> str:
    return TAGS.sub(" ", BLOCKS.sub(" ", text))


@names
def test_every_word_can_be_translated(template: Path) -> None:
    text = plain(template.read_text("utf-8"))
    left = [word for part in (MARKUP.sub(" ", text), *SPOKEN.findall(text)) for word in WORD.findall(part)]
    assert [word for word in left if word not in NAMES] == []


@names
def test_nothing_needs_inline_style_or_script(template: Path) -> None:
    text = template.read_text("utf-8")
    markup = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    assert not re.search(r"<[^>]*\s(style|on\w+|hx-on[\w:-]*)\s*=", markup)
    assert not re.search(r'<style\b|<script(?![^>]*\s(src=|type="application/json"))', markup)  # data is no script
