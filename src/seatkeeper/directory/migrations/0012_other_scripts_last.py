"""Names in other scripts sort after Latin ones.

Writes only names that have such a character; who has a ~ in their name is not put back quite as they were.
"""

from django.db import migrations

LAST = "UPDATE directory_searchentry SET name = REPLACE(name, 'Z', '~') WHERE name <> REPLACE(name, 'Z', '~')"
FIRST = "UPDATE directory_searchentry SET name = REPLACE(name, '~', 'Z') WHERE name <> REPLACE(name, '~', 'Z')"


class Migration(migrations.Migration):
    dependencies = (("directory", "0011_suspended_learners"),)
    operations = (migrations.RunSQL(LAST, FIRST),)
