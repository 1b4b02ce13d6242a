"""The gate: content, and the configuration of web servers that ask it."""

import re
from typing import Any

import click
from django.urls import get_resolver

from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.gate.catalogue import contents_of
from seatkeeper.gate.configuration import nginx_configuration
from seatkeeper.gate.models import Content, Kind
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.kernel.clock import system_clock

COLUMNS = ("id", "title", "address", "kind", "minutes", "opened_by")
FREE = "free"
WORD = re.compile(r"[^\s;{}$'\"#\\]+")  # nothing that ends a word in nginx's files


@click.group(cls=Listing)
def content() -> None:
    """What there is to open, and which licenses open it."""


@content.command("list")
@common_options
def list_content(organization: str | None, output_format: str | None) -> None:
    """Print all content, and the license types that open it."""
    rows = [_row(one) for one in contents_of(open_organization(organization).id)]
    emit_rows(rows, output_format=output_format, columns=COLUMNS)


@content.command("add")
@click.argument("title")
@click.argument("address")
@click.option("--type", "license_types", multiple=True, metavar="KEY", help="A license type that opens it. Once for each.")
@click.option("--free", "is_free", is_flag=True, help="Open to everyone, signed in or not.")
@click.option("--kind", type=click.Choice(Kind.values), default=Kind.COURSE.value, show_default=True, help="What it is.")
@click.option("--minutes", type=click.IntRange(1, 1_000_000), help="How long it takes.")
@common_options
def add(
    title: str,
    address: str,
    license_types: tuple[str, ...],
    is_free: bool,
    kind: str,
    minutes: int | None,
    organization: str | None,
    output_format: str | None,
) -> None:
    """Add the content TITLE at ADDRESS: all below a path (/courses/python) or a URL (https://…)."""
    if is_free == bool(license_types):
        raise click.UsageError("Say who may open it: --type KEY, or --free.")
    added = add_content(
        organization_id=open_organization(organization).id,
        title=title,
        address=address,
        kind=kind,
        minutes=minutes,
        is_free=is_free,
        license_types=license_types,
        actor=actor(),
        now=system_clock(),
    )
    emit_object(_row(added), output_format=output_format)


@content.command()
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@common_options
def remove(number: int, organization: str | None, output_format: str | None) -> None:
    """Remove the content ID: nobody can open it any more. What was opened stays in people's history."""
    home = open_organization(organization)
    removed = remove_content(organization_id=home.id, content_id=number, actor=actor(), now=system_clock())
    emit_object({"removed": removed.title, "address": removed.address}, output_format=output_format)


@click.group()
def gate() -> None:
    """Let a web server ask Seatkeeper before it serves content."""


@gate.command()
@click.option("--upstream", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where Seatkeeper listens.")
@click.option("--listen", default="80", show_default=True, metavar="PORT", help="Where nginx listens.")
@click.option("--server-name", default="_", show_default=True, metavar="NAME", help="The host that people reach.")
@click.option("--root", default="/srv/site", show_default=True, metavar="FOLDER", help="Where the site's files lie.")
@common_options
def nginx(upstream: str, listen: str, server_name: str, root: str, organization: str | None, output_format: str | None) -> None:
    """Print a configuration of nginx: a site behind the gate, and Seatkeeper's pages beside it."""
    for word in (upstream, listen, server_name, root):
        if not WORD.fullmatch(word):
            raise click.UsageError(f"“{word}” can't stand in nginx's configuration: no blanks, quotes, ; {{ }} $ # or \\.")
    home = open_organization(organization)
    text = nginx_configuration(
        organization=home.slug,
        upstream=upstream,
        listen=listen,
        server_name=server_name,
        root=root,
        own_places=_own_places(),
    )
    click.echo(text, nl=False)


def _own_places() -> list[str]:
    """With what the paths of our pages begin."""
    firsts = {"static"}
    for pattern in get_resolver().url_patterns:
        inner = [pattern] if str(pattern.pattern) else getattr(pattern, "url_patterns", [])
        firsts |= {str(one.pattern).partition("/")[0] for one in inner}
    return sorted(first for first in firsts - {"gate"} if re.fullmatch(r"[a-z-]+", first))


def _row(one: Content) -> dict[str, Any]:
    opened_by = [FREE] if one.is_free else [str(opener.license_type.key) for opener in one.openers.all()]
    return {name: getattr(one, name) for name in COLUMNS[:-1]} | {"opened_by": ", ".join(opened_by)}
