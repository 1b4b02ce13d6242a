"""Pools that are there already tell of 75 and 95 percent, too: of what they come to from now on.

Safe to run again: what a pool has stays as it is.
"""

from django.db import migrations

FILL = """
INSERT INTO licensing_poolalert (organization_id, pool_id, percent, is_reached)
SELECT pool.organization_id, pool.id, chosen.percent,
       pool.seats_taken + pool.seats_held > 0
       AND (pool.seats_taken + pool.seats_held) * 100 >= chosen.percent * pool.seats_in_force
  FROM licensing_licensepool AS pool
 CROSS JOIN (SELECT 75 AS percent UNION ALL SELECT 95) AS chosen
 WHERE true
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = (("licensing", "0009_pool_alerts"),)
    operations = (migrations.RunSQL(FILL, migrations.RunSQL.noop),)
