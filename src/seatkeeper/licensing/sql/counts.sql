-- next_operation --
-- The number of an organization's next operation, which is now the caller's.
UPDATE licensing_books SET last_operation = last_operation + 1 WHERE organization_id = %(organization)s
RETURNING last_operation

-- count_changes --
-- How many changes of an operation took effect (or, with nothing skipped, are planned): of licenses by
-- step and statuses, of people by kind.
SELECT change.position >> 40, change.from_status, change.to_status, '', COUNT(*)
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position <= %(cursor)s AND {license_not_skipped}
 GROUP BY 1, 2, 3
UNION ALL
SELECT 0, 0, 0, change.kind, COUNT(*)
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position <= %(cursor)s AND {person_not_skipped}
 GROUP BY change.kind
{more}

-- people_changed --
-- A further row of the above: how many people a plan changes.
UNION ALL
SELECT 0, 0, 0, 'people', COUNT(*) FROM (
  SELECT learner_id FROM licensing_licensechange
   WHERE organization_id = %(organization)s AND operation_id = %(operation)s
  UNION
  SELECT learner_id FROM licensing_profilechange
   WHERE organization_id = %(organization)s AND operation_id = %(operation)s) AS changed

-- count_people_updated --
-- People whose values or groups changed, who are not new.
SELECT COUNT(DISTINCT change.learner_id)
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position <= %(cursor)s AND change.kind IN ('updated', 'joined', 'left') AND {not_skipped}
   AND NOT EXISTS (SELECT 1 FROM licensing_profilechange AS added
                    WHERE added.organization_id = change.organization_id AND added.operation_id = change.operation_id
                      AND added.position = change.position AND added.kind = 'added')

-- count_takes --
-- Per pool: how many seats a plan takes and frees, and how many are free.
SELECT pool.id, pool.key, pool.seats_in_force - pool.seats_taken - pool.seats_held, wanted.takes, wanted.frees
  FROM (SELECT change.pool_id,
               COUNT(CASE WHEN change.to_status = 2 AND change.from_status <> 2 THEN 1 END) AS takes,
               COUNT(CASE WHEN change.to_status <> 2 AND change.from_status = 2 THEN 1 END) AS frees
          FROM licensing_licensechange AS change
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
         GROUP BY change.pool_id) AS wanted
  JOIN licensing_licensepool AS pool ON pool.organization_id = %(organization)s AND pool.id = wanted.pool_id
 ORDER BY pool.key
