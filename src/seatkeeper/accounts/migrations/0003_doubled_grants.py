"""Of permissions for everyone that were given twice, keep one. Running it again changes nothing; one way."""

from django.db import migrations

KEEP_ONE = """
DELETE FROM accounts_grant
 WHERE group_id IS NULL
   AND id NOT IN (SELECT min(id) FROM accounts_grant WHERE group_id IS NULL GROUP BY membership_id, permission)
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache")]
    operations = [migrations.RunSQL(KEEP_ONE, migrations.RunSQL.noop)]
