"""How the database finds what statements ask for."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans_of(captured: CaptureQueriesContext, table: str) -> list[str]:
    """Of the statements about a table that only read. PostgreSQL is told to use indexes of small tables, too."""
    plans = []
    for query in captured:
        sql = query["sql"]
        if table in sql and sql.startswith(("SELECT", "--")):
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL enable_seqscan = off")
                    cursor.execute("EXPLAIN " + sql)
                else:
                    cursor.execute("EXPLAIN QUERY PLAN " + sql)
                plans.append("\n".join(str(row) for row in cursor.fetchall()))
    return plans
