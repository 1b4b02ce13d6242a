-- segments_in_a_row --
-- Numbers of an organization's segments: how many, the first, the last.
SELECT COUNT(*), COALESCE(MIN(number), 1), COALESCE(MAX(number), 0) FROM licensing_segment
 WHERE organization_id = %(organization)s

-- broken_chains --
-- Operations whose segments do not cover their positions up to the cursor without a gap.
SELECT operation.number
  FROM licensing_operation AS operation
  LEFT JOIN (SELECT operation_id, MAX(through) AS through, SUM(CASE WHEN after <> before_it THEN 1 ELSE 0 END) AS gaps
               FROM (SELECT segment.operation_id, segment.after, segment.through,
                            LAG(segment.through, 1, 0) OVER (PARTITION BY segment.operation_id ORDER BY segment.number) AS before_it
                       FROM licensing_segment AS segment
                      WHERE segment.organization_id = %(organization)s) AS pairs
              GROUP BY operation_id) AS chain
    ON chain.operation_id = operation.number
 WHERE operation.organization_id = %(organization)s
   AND (COALESCE(chain.through, 0) <> operation.cursor OR COALESCE(chain.gaps, 0) <> 0)
 ORDER BY operation.number

-- wrong_segments --
-- Segments that do not hold as many changes and skipped rows as they say.
SELECT segment.number, segment.operation_id
  FROM licensing_segment AS segment
 WHERE segment.organization_id = %(organization)s
   AND ((SELECT COUNT(*) FROM licensing_licensechange AS change
          WHERE change.organization_id = segment.organization_id AND change.operation_id = segment.operation_id
            AND change.position > segment.after AND change.position <= segment.through)
      + (SELECT COUNT(*) FROM licensing_profilechange AS change
          WHERE change.organization_id = segment.organization_id AND change.operation_id = segment.operation_id
            AND change.position > segment.after AND change.position <= segment.through)
        <> segment.applied + segment.skipped
     OR (SELECT COUNT(*) FROM licensing_skipped AS skipped
          WHERE skipped.organization_id = segment.organization_id AND skipped.operation_id = segment.operation_id
            AND skipped.position > segment.after AND skipped.position <= segment.through) <> segment.skipped)
 ORDER BY segment.number

-- wrong_licenses --
-- Licenses that are not the sum of the ledger: (learner, pool, status, ledger's status). Each change
-- begins where the one before it ended, so the differences add up to what stands now: of the status, of
-- the operation that set it (a row of somebody who was removed named none), of having been active.
-- Who was erased has no rows, and no license by the ledger either.
WITH ledger AS (
  SELECT change.learner_id, change.pool_id,
         SUM(change.to_status - change.from_status) AS status,
         SUM(change.to_operation_id - change.from_operation_id) AS operation_id,
         SUM(CASE WHEN change.to_was_active THEN 1 ELSE 0 END - CASE WHEN change.from_was_active THEN 1 ELSE 0 END) AS was_active
    FROM licensing_licensechange AS change
    JOIN licensing_operation AS operation
      ON operation.organization_id = change.organization_id AND operation.number = change.operation_id
   WHERE change.organization_id = %(organization)s AND change.position <= operation.cursor
     AND {license_not_skipped}
   GROUP BY change.learner_id, change.pool_id)
SELECT ledger.learner_id, ledger.pool_id, COALESCE(license.status, 0), ledger.status
  FROM ledger
  LEFT JOIN licensing_license AS license
    ON license.organization_id = %(organization)s
   AND license.learner_id = ledger.learner_id AND license.pool_id = ledger.pool_id
  LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = ledger.learner_id
 WHERE ledger.status <> COALESCE(license.status, 0)
    OR (erased.learner_id IS NULL
        AND (ledger.operation_id <> COALESCE(license.operation_id, 0)
             OR ledger.was_active <> CASE WHEN license.was_active THEN 1 ELSE 0 END))
 LIMIT 20

-- licenses_without_ledger --
-- How many licenses no ledger entry speaks of, or belong to nobody; how many standings do not fit them; how many
-- claims belong to nobody, or to somebody who has a seat; how many people no ledger entry speaks of.
SELECT (SELECT COUNT(*) FROM licensing_license AS license
         WHERE license.organization_id = %(organization)s AND license.status > 0
           AND NOT EXISTS (SELECT 1 FROM licensing_licensechange AS change
                            WHERE change.organization_id = license.organization_id
                              AND change.learner_id = license.learner_id AND change.pool_id = license.pool_id)),
       (SELECT COUNT(*) FROM licensing_license AS license
         WHERE license.organization_id = %(organization)s AND license.status > 0
           AND NOT EXISTS (SELECT 1 FROM directory_learner AS learner
                            WHERE learner.organization_id = license.organization_id AND learner.id = license.learner_id)),
       (SELECT COUNT(*) FROM directory_learner AS learner
          LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id
         WHERE learner.organization_id = %(organization)s
           AND COALESCE(standing.status, 0) <> (
                 SELECT COALESCE(MAX(license.status), 0) FROM licensing_license AS license
                  WHERE license.organization_id = learner.organization_id AND license.learner_id = learner.id)),
       (SELECT COUNT(*) FROM licensing_claim AS claim
         WHERE claim.organization_id = %(organization)s AND claim.ended_by = 0
           AND (NOT EXISTS (SELECT 1 FROM directory_learner AS learner
                             WHERE learner.organization_id = claim.organization_id AND learner.id = claim.learner_id)
                OR EXISTS (SELECT 1 FROM licensing_license AS license
                            WHERE license.organization_id = claim.organization_id AND license.learner_id = claim.learner_id
                              AND license.pool_id = claim.pool_id AND license.status = 2))),
       (SELECT COUNT(*) FROM directory_learner AS learner
         WHERE learner.organization_id = %(organization)s
           AND NOT EXISTS (SELECT 1 FROM licensing_profilechange AS change
                            WHERE change.organization_id = learner.organization_id AND change.learner_id = learner.id))

-- pool_books --
-- Per pool: key, seats taken as kept, active licenses, and the ledger's sum; seats held as kept, and offers.
SELECT pool.key, pool.seats_taken,
       (SELECT COUNT(*) FROM licensing_license AS license
         WHERE license.organization_id = pool.organization_id AND license.pool_id = pool.id AND license.status = 2),
       COALESCE(ledger.active, 0), pool.seats_held,
       (SELECT COUNT(*) FROM licensing_claim AS claim
         WHERE claim.organization_id = pool.organization_id AND claim.pool_id = pool.id
           AND claim.kind = 'offer' AND claim.ended_by = 0)
  FROM licensing_licensepool AS pool
  LEFT JOIN (SELECT change.pool_id,
                    SUM(CASE WHEN change.to_status = 2 THEN 1 ELSE 0 END
                        - CASE WHEN change.from_status = 2 THEN 1 ELSE 0 END) AS active
               FROM licensing_licensechange AS change
               JOIN licensing_operation AS operation
                 ON operation.organization_id = change.organization_id AND operation.number = change.operation_id
              WHERE change.organization_id = %(organization)s AND change.position <= operation.cursor
                AND {license_not_skipped}
              GROUP BY change.pool_id) AS ledger
    ON ledger.pool_id = pool.id
 WHERE pool.organization_id = %(organization)s
 ORDER BY pool.key

-- people_and_changes --
-- Applied changes of some learners' rows, in the order in which they took effect, each beside the row as it is:
-- (learner, whether it is there, its e-mail, id and values; kind, e-mail, id before, id and values after).
SELECT change.learner_id, learner.id IS NOT NULL, learner.email, learner.unique_user_id, CAST(learner.attributes AS text),
       change.kind, change.to_email, change.from_unique_user_id, change.to_unique_user_id, CAST(change.after AS text)
  FROM licensing_profilechange AS change
  JOIN licensing_operation AS operation
    ON operation.organization_id = change.organization_id AND operation.number = change.operation_id
  LEFT JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
  LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.position <= operation.cursor
   AND change.learner_id >= %(first)s AND change.learner_id <= %(through)s
   AND change.kind IN ('added', 'updated', 'removed') AND erased.learner_id IS NULL
   AND {person_not_skipped}
 ORDER BY change.learner_id,
          COALESCE((SELECT segment.number FROM licensing_segment AS segment
                     WHERE segment.organization_id = change.organization_id AND segment.operation_id = change.operation_id
                       AND segment.after < change.position
                     ORDER BY segment.after DESC LIMIT 1), 0),
          change.position

-- wrong_memberships --
-- (learner, group, more than 0 where the ledger says that they are in it) of memberships that are not the sum of the
-- ledger. A group that was deleted took its members' places along.
SELECT place.learner_id, place.group_id, SUM(place.more)
  FROM (SELECT change.learner_id, change.group_id, CASE change.kind WHEN 'joined' THEN 1 ELSE -1 END AS more
          FROM licensing_profilechange AS change
          JOIN licensing_operation AS operation
            ON operation.organization_id = change.organization_id AND operation.number = change.operation_id
         WHERE change.organization_id = %(organization)s AND change.position <= operation.cursor
           AND change.kind IN ('joined', 'left') AND {person_not_skipped}
         UNION ALL
        SELECT member.learner_id, member.group_id, -1
          FROM directory_groupmember AS member
         WHERE member.organization_id = %(organization)s) AS place
 WHERE EXISTS (SELECT 1 FROM directory_group AS learning_group
                WHERE learning_group.organization_id = %(organization)s AND learning_group.id = place.group_id)
   AND NOT EXISTS (SELECT 1 FROM directory_erasedlearner AS erased WHERE erased.learner_id = place.learner_id)
 GROUP BY place.learner_id, place.group_id
HAVING SUM(place.more) <> 0
 ORDER BY place.learner_id, place.group_id
 LIMIT %(most)s
