"""States to measure on."""

from django.core.management import call_command
from django.db import connection

from seatkeeper.directory.services.organizations import create_organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.pools import add_pool, open_books


def found(*, seats: int) -> None:
    """The product's own tables, an organization, and a pool that gives its seats at once."""
    call_command("migrate", verbosity=0)
    organization = create_organization(name="Bench", now=system_clock())
    open_books(organization_id=organization.id)
    add_pool(
        organization_id=organization.id,
        budget_group="default",
        license_type="learning",
        seats=seats,
        activation="immediate",
    )


def settle() -> None:
    """As it would stand after a while: on PostgreSQL vacuumed and analyzed, on SQLite all of it in the one file."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
