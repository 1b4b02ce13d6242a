-- recount_pool_days --
-- From the ledger alone: pool, day, and the seats taken at its end, for each day on which licenses changed.
WITH moving AS (
  SELECT number, operation_id, after, through, MAX(DATE(applied_at)) OVER (ORDER BY number) AS day
    FROM licensing_segment
   WHERE organization_id = %(organization)s AND through >> 40 NOT IN ({people_steps}))
SELECT pool_id, day, SUM(SUM(moved)) OVER (PARTITION BY pool_id ORDER BY day)
  FROM (SELECT change.pool_id, moving.day,
               CASE WHEN change.to_status = 2 THEN 1 ELSE 0 END - CASE WHEN change.from_status = 2 THEN 1 ELSE 0 END AS moved
          FROM moving
          JOIN licensing_licensechange AS change
            ON change.organization_id = %(organization)s AND change.operation_id = moving.operation_id
           AND change.position > moving.after AND change.position <= moving.through
         WHERE {license_not_skipped}) AS moves
 GROUP BY pool_id, day
 ORDER BY pool_id, day
