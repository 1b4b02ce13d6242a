"""The user pages of `docs/` inside the product: read once, rendered without any HTML of their own."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

PACKAGED = Path(__file__).with_name("docs")  # in a wheel (see pyproject.toml)
IN_REPOSITORY = Path(__file__).resolve().parents[3] / "docs"
TOPIC = "Admin Center License Management"
ABOUT = re.compile(r"^Last updated: (\d{4}-\d\d-\d\d)(?: · Topic: (.+))?$", re.MULTILINE)
PAGE_LINK = re.compile(r"^(?:\.\./|how-to/|\./)*([a-z0-9-]+)\.md(#[\w-]*)?$")
SCROLLS = '<pre tabindex="0">'  # by keyboard, too; in text a < is escaped, so this is ours
EXCERPT = 160
WORDS_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page: `body` is HTML made from Markdown, `text` what is searched."""

    slug: str
    title: str
    topic: str
    updated: date | None
    body: str
    text: str
    links: tuple[str, ...]

    @property
    def folded(self) -> str:
        return _folded(f"{self.title} {self.text}")


@dataclass(frozen=True, slots=True)
class Found:
    """A page that a search found, and the place."""

    page: HelpPage
    excerpt: str


@cache
def help_pages() -> dict[str, HelpPage]:
    """By slug, in order of titles."""
    folder = PACKAGED if PACKAGED.is_dir() else IN_REPOSITORY
    files = [*folder.glob("how-to/*.md"), folder / "glossary.md"]
    slugs = frozenset(file.stem for file in files)
    pages = [_page(file.stem, file.read_text("utf-8"), slugs) for file in files]
    return {page.slug: page for page in sorted(pages, key=lambda page: page.title.casefold())}


def related_to(page: HelpPage) -> list[HelpPage]:
    """Those it links to, those that link to it, then the others of its topic."""
    others = [other for other in help_pages().values() if other.slug != page.slug]
    near = [other for other in others if other.slug in page.links or page.slug in other.links]
    return near + [other for other in others if other.topic and other.topic == page.topic and other not in near]


def search_help(query: str) -> list[Found]:
    """Pages that have every word; those with all of them in the title first."""
    words = _folded(query).split()[:WORDS_AT_MOST]
    if not words:
        return []
    pages = [page for page in help_pages().values() if all(word in page.folded for word in words)]
    pages.sort(key=lambda page: not all(word in _folded(page.title) for word in words))
    return [Found(page, _excerpt(page.text, words[0])) for page in pages]


def _page(slug: str, source: str, slugs: frozenset[str]) -> HelpPage:
    about = ABOUT.search(source)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(ABOUT.sub("", source, count=1))
    title = tokens[1].content if tokens and tokens[0].type == "heading_open" else slug
    tokens = tokens[3:] if tokens and tokens[0].type == "heading_open" else tokens
    links = _point_links(tokens, slugs)
    _name_headings(tokens)
    return HelpPage(
        slug=slug,
        title=title,
        topic=(about[2] or "") if about else "",
        updated=date.fromisoformat(about[1]) if about else None,
        body=markdown.renderer.render(tokens, markdown.options, {}).replace("<pre>", SCROLLS),
        text=" ".join(token.content for token in tokens if token.type in ("inline", "fence", "code_block")),
        links=tuple(links),
    )


def _point_links(tokens: list[Token], slugs: frozenset[str]) -> list[str]:
    """Links to other user pages lead to them in Help; links to pages that are not there lose their address."""
    found = []
    for link in (child for token in tokens for child in token.children or () if child.type == "link_open"):
        address = str(link.attrs.get("href", ""))
        page = PAGE_LINK.match(address)
        if page and page[1] in slugs:
            link.attrs["href"] = f"../{page[1]}/{page[2] or ''}"
            found.append(page[1])
        elif not address.startswith(("#", "https://", "http://", "mailto:")):
            del link.attrs["href"]
    return found


def _name_headings(tokens: list[Token]) -> None:
    """So that `page#heading` leads to its place, as on the code's web site."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            words = re.sub(r"[^\w\s-]", "", tokens[number + 1].content.lower())
            token.attrs["id"] = re.sub(r"\s+", "-", words.strip())
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if token.type in ("th_open", "td_open"):
            _align_by_class(token.attrs)
        if token.type == "table_open":
            token.attrs |= {"class": "table", "tabindex": "0"}  # it scrolls, by keyboard, too


def _align_by_class(attributes: dict[str, Any]) -> None:
    """The page's policy forbids style attributes."""
    if attributes.pop("style", "") == "text-align:right":
        attributes["class"] = "number"


def _excerpt(text: str, word: str) -> str:
    folded = _folded(text)
    at = folded.find(word) if len(folded) == len(text) else 0
    start = max(0, at - EXCERPT // 3)
    cut = text[start : start + EXCERPT].replace("`", "").replace("**", "")
    return f"{'… ' if start else ''}{cut}{' …' if start + EXCERPT < len(text) else ''}"


def _folded(text: str) -> str:
    """Capitals and accents make no difference."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
