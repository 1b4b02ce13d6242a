"""Look for people everywhere: in each column of each table, and in each file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def traces_of(*words: str) -> list[str]:
    """Where one of the words still stands, in capitals or not: `table.column`, and files under the home and of the database."""
    return sorted({*_in_tables(words), *_in_files(words)})


def _in_tables(words: Iterable[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table, column in _columns():
            for word in words:
                cursor.execute(
                    f'SELECT COUNT(*) FROM "{table}" WHERE POSITION(%s IN LOWER(CAST("{column}" AS text))) > 0'  # noqa: S608
                    if connection.vendor == "postgresql"
                    else f'SELECT COUNT(*) FROM "{table}" WHERE instr(lower(CAST("{column}" AS text)), %s) > 0',  # noqa: S608
                    [word.lower()],
                )
                if cursor.fetchone()[0]:
                    yield f"{table}.{column}"


def _columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
            return [(table, column) for table, column in cursor.fetchall()]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'directory_%index%'")
        tables = [name for (name,) in cursor.fetchall()]
        columns = []
        for table in tables:
            cursor.execute(f'SELECT name FROM pragma_table_info("{table}")')  # noqa: S608
            columns += [(table, name) for (name,) in cursor.fetchall()]
        return columns


def _in_files(words: Iterable[str]) -> Iterator[str]:
    files = [path for path in Path(settings.HOME).rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        files += Path(settings.DATABASES["default"]["NAME"]).parent.glob(Path(settings.DATABASES["default"]["NAME"]).name + "*")
    for path in files:
        content = path.read_bytes().lower()
        for word in words:
            if any(word.lower().encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
                yield path.name
