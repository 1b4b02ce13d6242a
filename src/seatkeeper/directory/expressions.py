"""SQL expressions over the values of a profile, alike on both databases."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
Sql = tuple[str, Any]


class AttributeValue(Func):
    """The value kept under a key, or NULL. Not Django's own key transform: it takes some keys for paths."""

    output_field = TextField()

    def __init__(self, key: str) -> None:
        super().__init__(F("attributes"), Value(key))
        self.key = key

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        column, _ = compiler.compile(self.source_expressions[0])
        path = '$."' + self.key.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"json_extract({column}, %s)", [path]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        column, _ = compiler.compile(self.source_expressions[0])
        return f"({column} ->> %s)", [self.key]


class WithoutCase(Func):
    """Text in lower case, as far as telling whether it is `like` needs it.

    `lower()` of a database knows letters beyond ASCII or not, depending on its locale.
    Here just the letters that the wanted value has are changed, whatever the locale.
    """

    output_field = TextField()

    def __init__(self, expression: Any, *, like: str) -> None:
        super().__init__(expression)
        letters = {letter for letter in without_case(like) if not letter.isascii()}
        self.pairs = sorted((letter.upper(), letter) for letter in letters if _has_cases(letter.upper(), letter))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        values = list(params)
        for upper, lower in self.pairs:
            sql = f"replace({sql}, %s, %s)"
            values += [upper, lower]
        return f"lower({sql})", values

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        sql, params = compiler.compile(self.source_expressions[0])
        upper = UPPER + "".join(pair[0] for pair in self.pairs)
        lower = LOWER + "".join(pair[1] for pair in self.pairs)
        return f"translate({sql}, %s, %s)", [*params, upper, lower]


def without_case(text: str) -> str:
    """Letter by letter; one that has no lower case, or several, stays as it is."""
    return "".join(letter.lower() if _has_cases(letter, letter.lower()) else letter for letter in text)


def _has_cases(upper: str, lower: str) -> bool:
    return upper != lower and len(upper) == len(lower) == 1 and upper.lower() == lower and lower.upper() == upper
