"""The tables come from the migrations, and the migrations say what the models say."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.conftest import migrate


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_model_has_its_table_and_columns() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            assert model._meta.db_table in tables
            columns = {c.name for c in connection.introspection.get_table_description(cursor, model._meta.db_table)}
            assert columns == {field.column for field in model._meta.local_concrete_fields if field.column}


@pytest.mark.django_db
def test_migrations_are_named_for_what_they_do() -> None:
    names = [name for app, name in MigrationRecorder(connection).applied_migrations() if app in OUR_APPS]
    assert names
    assert all(re.fullmatch(r"\d{4}_[a-z][a-z_]+", name) and "_auto_" not in name for name in names)


def test_a_migrated_database_is_migrated_back_to_nothing_and_forth_again(
    database_url: str, run_sql: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    migrate(database_url, ("notices", "zero"), ("uploads", "zero"), ("licensing", "zero"), ("directory", "zero"), ())
    assert run_sql("SELECT COUNT(*) FROM licensing_license") == [(0,)]


OUR_APPS = {"directory", "licensing", "notices", "uploads"}
