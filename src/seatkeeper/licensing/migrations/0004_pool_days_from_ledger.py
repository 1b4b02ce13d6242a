"""Past days of pools, from the ledger. Seats in force were not kept by day: today's stand for all of them.

Safe to run again: a day that is there already stays as it is.
"""

from django.db import migrations

FILL = """
INSERT INTO licensing_poolday (organization_id, pool_id, day, seats_taken, seats_in_force)
SELECT sums.organization_id, sums.pool_id, sums.day, sums.taken, pool.seats_in_force
  FROM (SELECT organization_id, pool_id, day, SUM(SUM(moved)) OVER (PARTITION BY organization_id, pool_id ORDER BY day) AS taken
          FROM (SELECT change.organization_id, change.pool_id, DATE(segment.applied_at) AS day,
                       CASE WHEN change.to_status = 2 THEN 1 ELSE 0 END
                       - CASE WHEN change.from_status = 2 THEN 1 ELSE 0 END AS moved
                  FROM licensing_segment AS segment
                  JOIN licensing_licensechange AS change
                    ON change.organization_id = segment.organization_id AND change.operation_id = segment.operation_id
                   AND change.position > segment.after AND change.position <= segment.through
                 WHERE NOT EXISTS (SELECT 1 FROM licensing_skipped AS skipped
                                    WHERE skipped.organization_id = change.organization_id
                                      AND skipped.operation_id = change.operation_id
                                      AND skipped.position = change.position AND skipped.item_id = change.pool_id)) AS moves
         GROUP BY organization_id, pool_id, day) AS sums
  JOIN licensing_licensepool AS pool ON pool.organization_id = sums.organization_id AND pool.id = sums.pool_id
 WHERE true
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = (("licensing", "0003_pool_days"),)
    operations = (migrations.RunSQL(FILL, migrations.RunSQL.noop),)
