"""Who waits for a license, and who asks for one."""

from typing import Any

import click
from django.db.models import QuerySet

from seatkeeper.cli.acts import one_pool
from seatkeeper.cli.errors import DONE, REFUSED
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.selections import ids_of
from seatkeeper.invitations.claims import standing_claims
from seatkeeper.invitations.links import path_of
from seatkeeper.invitations.services.join import close_join_link, join_link_of, open_join_link
from seatkeeper.invitations.services.requests import approve_requests, decline_requests, requests_within
from seatkeeper.invitations.services.waitlist import change_rules, offer_now, remove_claim, rules_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Claim, ClaimKind, LicensePool
from seatkeeper.licensing.queries import pool_by_key, pools_of
from seatkeeper.notices.letters import address_of

WAITING = ("pool", "place", "email", "has", "since", "expires_at")
ASKING = ("pool", "email", "reason", "since")
NEXT_COMMAND = "There is no request of these. See: seatkeeper requests list"
pool_option = click.option("--pool", "pool_key", metavar="KEY", help="Which pool (budget group/license type).")
limit_option = click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="The first so many.")
email_option = click.option("--email", "emails", multiple=True, metavar="E-MAIL", help="Of this learner. Can be repeated.")
all_option = click.option("--all", "everyone", is_flag=True, help="All of them.")


@click.group(cls=Listing)
def waitlist() -> None:
    """Who waits for a seat, or is offered one."""


@waitlist.command("list")
@pool_option
@limit_option
@common_options
def list_waitlist(pool_key: str | None, limit: int, organization: str | None, output_format: str | None) -> None:
    """Print offers, and who waits, in order."""
    home = open_organization(organization)
    pools = [pool_by_key(home.id, pool_key)] if pool_key else list(pools_of(home.id).values())
    rows = [row for pool in pools for row in _waiting(home, pool, limit)]
    emit_rows(rows, output_format=output_format, columns=WAITING)


@waitlist.command()
@pool_option
@common_options
def offer(pool_key: str | None, organization: str | None, output_format: str | None) -> None:
    """Offer free seats now to those who wait, in order: also those that rest after a large operation."""
    home = open_organization(organization)
    pool = one_pool(home, pool_key)
    offers = offer_now(organization_id=home.id, pool_id=pool.id, actor=actor(), now=system_clock())
    emit_object({"pool": pool.key, "offered": offers}, output_format=output_format)


@waitlist.command()
@click.argument("email", metavar="E-MAIL")
@pool_option
@common_options
def remove(email: str, pool_key: str | None, organization: str | None, output_format: str | None) -> None:
    """End the place or the offer of one learner. An offer goes to the next."""
    home = open_organization(organization)
    pool = one_pool(home, pool_key)
    (learner_id,) = ids_of(home.id, (email,))
    who: dict[str, Any] = {"organization_id": home.id, "pool_id": pool.id, "learner_id": learner_id}
    remove_claim(**who, actor=actor(), now=system_clock())
    emit_object({"pool": pool.key, "removed": email}, output_format=output_format)


@waitlist.command()
@click.option("--offer-hours", type=click.IntRange(1, 8_760), help="An offer stands so long, weekends not counted.")
@click.option("--rest-minutes", type=click.IntRange(0, 10_080), help="Seats freed by many rest so long. 0: not at all.")
@click.option("--rest-above", type=click.IntRange(10), help="So many seats freed by one operation are not yet many.")
@common_options
def rules(
    offer_hours: int | None, rest_minutes: int | None, rest_above: int | None, organization: str | None,
    output_format: str | None,
) -> None:  # fmt: skip
    """Print how long offers stand and freed seats rest; change what is named."""
    home = open_organization(organization)
    wanted = {"offer_hours": offer_hours, "rest_minutes": rest_minutes, "rest_above": rest_above}
    named = {name: value for name, value in wanted.items() if value is not None}
    change_rules(organization_id=home.id, actor=actor(), now=system_clock(), **named)
    emit_object(rules_of(home.id), output_format=output_format)


@click.group("join-link")
def join_link() -> None:
    """One link by which everybody at the organization's domains can join."""


@join_link.command()
@common_options
def show(organization: str | None, output_format: str | None) -> None:
    """Print the link, its pool and its domains; nothing where it is closed."""
    _print_link(open_organization(organization), output_format)


@join_link.command("open")
@click.option("--domain", "domains", multiple=True, required=True, metavar="D", help="Of e-mail addresses. Can be repeated.")
@pool_option
@common_options
def open_link(domains: tuple[str, ...], pool_key: str | None, organization: str | None, output_format: str | None) -> None:
    """Make a link, in place of the one there was. Each address is confirmed by mail before its owner is added."""
    home = open_organization(organization)
    open_join_link(pool=one_pool(home, pool_key), domains=domains, actor=actor(), now=system_clock())
    _print_link(home, output_format)


@join_link.command("close")
@common_options
def close_link(organization: str | None, output_format: str | None) -> None:
    """Let the link lead nowhere."""
    home = open_organization(organization)
    close_join_link(organization_id=home.id, actor=actor(), now=system_clock())
    _print_link(home, output_format)


@click.group(cls=Listing)
def requests() -> None:
    """Learners who ask for a license."""


@requests.command("list")
@limit_option
@common_options
def list_requests(limit: int, organization: str | None, output_format: str | None) -> None:
    """Print requests that nobody has answered, the oldest first."""
    home = open_organization(organization)
    keys = {pool.id: pool.key for pool in pools_of(home.id).values()}
    found = list(requests_within(Reach(home.id)).order_by("since", "number")[:limit])
    emails = _emails(home, found)
    rows = [
        {"pool": keys[one.pool_id], "email": emails.get(one.learner_id, ""), "reason": one.reason, "since": one.since}
        for one in found
    ]
    emit_rows(rows, output_format=output_format, columns=ASKING)


@requests.command()
@email_option
@all_option
@pool_option
@common_options
def approve(
    emails: tuple[str, ...], everyone: bool, pool_key: str | None, organization: str | None, output_format: str | None
) -> int:
    """Give a seat to each who asks, where one is free and nobody waits; else a place in the waitlist."""
    home = open_organization(organization)
    chosen = _chosen(home, emails, everyone, pool_key)
    if not chosen.exists():
        click.echo(NEXT_COMMAND, err=True)
        return REFUSED
    done = approve_requests(chosen, actor=actor(), source="cli", clock=system_clock)
    emit_object({"active": done.active, "waiting": done.waiting}, output_format=output_format)
    return DONE


@requests.command()
@email_option
@all_option
@pool_option
@click.option("--text", default="", metavar="TEXT", help="What stands in the mail to each of them.")
@common_options
def decline(
    emails: tuple[str, ...], everyone: bool, pool_key: str | None, text: str, organization: str | None,
    output_format: str | None,
) -> int:  # fmt: skip
    """Decline requests. Each learner gets a mail, and may ask again."""
    home = open_organization(organization)
    chosen = _chosen(home, emails, everyone, pool_key)
    if not chosen.exists():
        click.echo(NEXT_COMMAND, err=True)
        return REFUSED
    emit_object(
        {"declined": decline_requests(chosen, actor=actor(), now=system_clock(), text=text)}, output_format=output_format
    )
    return DONE


def _print_link(home: Organization, output_format: str | None) -> None:
    link = join_link_of(home.id)
    keys = {pool.id: pool.key for pool in pools_of(home.id).values()}
    facts = {
        "link": address_of(path_of(link.key, "join")) if link else None,
        "pool": keys.get(link.pool_id) if link else None,
        "domains": link.domains if link else [],
    }
    emit_object(facts, output_format=output_format)


def _waiting(home: Organization, pool: LicensePool, limit: int) -> list[dict[str, Any]]:
    claims = standing_claims(home.id, pool.id).exclude(kind=ClaimKind.REQUEST).order_by("kind", "number")
    found = list(claims[:limit])
    emails, places = _emails(home, found), iter(range(1, limit + 1))
    return [
        {
            "pool": pool.key,
            "place": next(places) if one.kind == ClaimKind.WAITING else None,
            "email": emails.get(one.learner_id, ""),
            "has": one.kind,
            "since": one.since,
            "expires_at": one.expires_at,
        }
        for one in found
    ]


def _chosen(home: Organization, emails: tuple[str, ...], everyone: bool, pool_key: str | None) -> QuerySet[Claim]:
    if bool(emails) == everyone:
        raise click.UsageError("Say who: --email E-MAIL or --all.")
    found = requests_within(Reach(home.id))
    if pool_key:
        found = found.filter(pool_id=pool_by_key(home.id, pool_key).id)
    return found if everyone else found.filter(learner_id__in=ids_of(home.id, emails))


def _emails(home: Organization, claims: list[Claim]) -> dict[int, str]:
    people = Learner.objects.filter(organization_id=home.id, id__in={claim.learner_id for claim in claims})
    return dict(people.values_list("id", "email"))
