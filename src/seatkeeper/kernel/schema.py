"""Does the database fit this version of the code?"""

from typing import ClassVar

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from seatkeeper.kernel.errors import SeatkeeperError


class HomeTooNew(SeatkeeperError):
    """The database knows a migration that this version does not."""

    code = "home_too_new"

    def __init__(self, *, migration: str) -> None:
        super().__init__(f"unknown migration {migration}")
        self.migration = migration


class HomeTooOld(SeatkeeperError):
    """Migrations of this version have not been applied."""

    code: ClassVar[str] = "home_too_old"


class HomeEmpty(SeatkeeperError):
    """No tables at all."""

    code = "home_empty"


def refuse_foreign_schema() -> None:
    """Raises HomeEmpty, HomeTooNew or HomeTooOld."""
    executor = MigrationExecutor(connection)
    applied, known = set(executor.loader.applied_migrations), set(executor.loader.disk_migrations)
    ours = {label for label, _ in known}
    if not applied:
        raise HomeEmpty("no tables")
    if unknown := sorted(migration for migration in applied - known if migration[0] in ours):
        raise HomeTooNew(migration="/".join(unknown[-1]))
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise HomeTooOld("pending migrations")
