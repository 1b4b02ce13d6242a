-- next_operation --
-- The number of an organization's next operation, which is now the caller's.
UPDATE licensing_books SET last_operation = last_operation + 1 WHERE organization_id = %(organization)s
RETURNING last_operation

-- count_changes --
-- How many changes of an operation took effect (or, with nothing skipped, are planned): of licenses by
-- step and statuses, of people by kind. The few kinds there are first, then a count of each: SQLite
-- would sort all changes in memory to group them.
SELECT kind.step, kind.from_status, kind.to_status, '', (
         SELECT COUNT(*) FROM licensing_licensechange AS change
          WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
            AND change.position > kind.step << 40 AND change.position < (kind.step + 1) << 40
            AND change.position <= %(cursor)s
            AND change.from_status = kind.from_status AND change.to_status = kind.to_status AND {license_not_skipped})
  FROM (SELECT DISTINCT position >> 40 AS step, from_status, to_status FROM licensing_licensechange
         WHERE organization_id = %(organization)s AND operation_id = %(operation)s) AS kind
UNION ALL
SELECT 0, 0, 0, kind.kind, (
         SELECT COUNT(*) FROM licensing_profilechange AS change
          WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
            AND change.position <= %(cursor)s AND change.kind = kind.kind AND {person_not_skipped})
  FROM (SELECT DISTINCT kind FROM licensing_profilechange
         WHERE organization_id = %(organization)s AND operation_id = %(operation)s) AS kind
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
-- People whose values or groups changed, who are not new, nor removed in the end. Two questions, as with one SQLite
-- would look through all changes of the operation for each.
SELECT COUNT(DISTINCT change.learner_id)
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position <= %(cursor)s AND change.kind IN ('updated', 'joined', 'left') AND {not_skipped}
   AND NOT EXISTS (SELECT 1 FROM licensing_profilechange AS added
                    WHERE added.organization_id = change.organization_id AND added.operation_id = change.operation_id
                      AND added.position = change.position AND added.kind = 'added')
   AND NOT EXISTS (SELECT 1 FROM licensing_profilechange AS removed
                    WHERE removed.organization_id = change.organization_id AND removed.operation_id = change.operation_id
                      AND removed.position = change.position + (CAST(4 AS bigint) << 40) AND removed.kind = 'removed')

-- count_takes --
-- Per pool concerned: how many seats are free, and how many a plan takes and frees. Pool by pool, and not
-- grouped, for the same reason.
SELECT pool.id, pool.key, pool.seats_in_force - pool.seats_taken - pool.seats_held,
       (SELECT COUNT(*) FROM licensing_licensechange AS change
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.pool_id = pool.id AND change.to_status = 2 AND change.from_status <> 2),
       (SELECT COUNT(*) FROM licensing_licensechange AS change
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.pool_id = pool.id AND change.to_status <> 2 AND change.from_status = 2)
  FROM licensing_licensepool AS pool
  JOIN (SELECT DISTINCT pool_id FROM licensing_licensechange
         WHERE organization_id = %(organization)s AND operation_id = %(operation)s) AS concerned
    ON concerned.pool_id = pool.id
 WHERE pool.organization_id = %(organization)s
 ORDER BY pool.key

-- count_holdings --
-- How many people selected hold the same: of each pool where they have or had a license `pool:status:was active`,
-- and each pool on which they have a claim.
SELECT holdings, claims, COUNT(*)
  FROM (SELECT selected.id, {held} AS holdings,
               (SELECT {claims} FROM licensing_claim AS claim
                 WHERE claim.organization_id = %(organization)s AND claim.learner_id = selected.id
                   AND claim.ended_by = 0) AS claims
          FROM ({selection}) AS selected
          LEFT JOIN licensing_license AS license
            ON license.organization_id = %(organization)s AND license.learner_id = selected.id
           AND (license.status > 0 OR license.was_active)
         GROUP BY selected.id) AS person
 GROUP BY holdings, claims
