-- free_held_seats --
-- Of offers that end with a chunk, in the statement below. Row count = pools.
UPDATE licensing_licensepool
   SET seats_held = seats_held - ended.offers
  FROM (SELECT change.pool_id, COUNT(*) AS offers
          FROM licensing_licensechange AS change
          JOIN licensing_claim AS claim
            ON claim.organization_id = change.organization_id AND claim.pool_id = change.pool_id
           AND claim.learner_id = change.learner_id
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.position > %(after)s AND change.position <= %(through)s
           AND change.to_status <> 1 AND NOT {gives_back} AND claim.ended_by = 0 AND claim.kind = 'offer' AND {not_skipped}
         GROUP BY change.pool_id) AS ended
 WHERE licensing_licensepool.organization_id = %(organization)s AND licensing_licensepool.id = ended.pool_id

-- end_claims --
-- Whose license ended has no claim any more, and who has a seat needs none; an invitation answers a request.
-- Row count = claims.
UPDATE licensing_claim
   SET ended_by = change.operation_id
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND licensing_claim.organization_id = change.organization_id AND licensing_claim.pool_id = change.pool_id
   AND licensing_claim.learner_id = change.learner_id AND licensing_claim.ended_by = 0
   AND (change.to_status <> 1 OR licensing_claim.kind = 'request') AND NOT {gives_back} AND {not_skipped}

-- gives_back --
-- A piece of the two above, of an undo: a claim that was ended comes back, and what came instead of it stays.
(change.from_status = 0 AND change.to_status = 0 AND change.position >> 40 = 4)

-- take_claims_along --
-- Of profiles that a chunk removes because they are merged into another one: its owner goes on to wait, at the old
-- number; an offer that ended with the license is a place again. Not where the other one waits already, or has a seat.
-- Row count = claims.
UPDATE licensing_claim
   SET learner_id = merged.into_id, ended_by = 0,
       kind = CASE WHEN ended_by <> 0 AND kind = 'offer' THEN 'waiting' ELSE kind END,
       expires_at = CASE WHEN ended_by <> 0 THEN NULL ELSE expires_at END
  FROM licensing_mergedprofile AS merged
 WHERE merged.organization_id = %(organization)s AND merged.learner_id IN ({leavers})
   AND merged.operation_number = (SELECT COALESCE(undone.undoes, operation.number)
                                    FROM licensing_operation AS operation
                                    LEFT JOIN licensing_operation AS undone
                                      ON undone.organization_id = operation.organization_id AND undone.number = operation.undoes
                                   WHERE operation.organization_id = %(organization)s AND operation.number = %(operation)s)
   AND licensing_claim.organization_id = merged.organization_id AND licensing_claim.learner_id = merged.learner_id
   AND licensing_claim.ended_by IN (0, %(operation)s)
   AND NOT EXISTS (SELECT 1 FROM licensing_claim AS other
                    WHERE other.organization_id = merged.organization_id AND other.pool_id = licensing_claim.pool_id
                      AND other.learner_id = merged.into_id)
   AND NOT EXISTS (SELECT 1 FROM licensing_license AS license
                    WHERE license.organization_id = merged.organization_id AND license.pool_id = licensing_claim.pool_id
                      AND license.learner_id = merged.into_id AND license.status = 2)

-- bring_claims_back --
-- Those that the operation ended which is undone here: at their old numbers, an offer as a place. Row count = claims.
UPDATE licensing_claim
   SET ended_by = 0, expires_at = NULL,
       kind = CASE WHEN licensing_claim.kind = 'offer' THEN 'waiting' ELSE licensing_claim.kind END
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND licensing_claim.organization_id = change.organization_id AND licensing_claim.pool_id = change.pool_id
   AND licensing_claim.learner_id = change.learner_id
   AND licensing_claim.ended_by = (SELECT undoes FROM licensing_operation
                                    WHERE organization_id = %(organization)s AND number = %(operation)s)
   AND change.to_status <> 2 AND {not_skipped}

-- free_held_seats_of_people --
-- Row count = pools.
UPDATE licensing_licensepool
   SET seats_held = seats_held - ended.offers
  FROM (SELECT pool_id, COUNT(*) AS offers FROM licensing_claim
         WHERE organization_id = %(organization)s AND kind = 'offer' AND ended_by = 0 AND learner_id IN ({people})
         GROUP BY pool_id) AS ended
 WHERE licensing_licensepool.organization_id = %(organization)s AND licensing_licensepool.id = ended.pool_id

-- remove_claims_of_people --
-- Row count = claims.
DELETE FROM licensing_claim WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- lay_to_rest --
-- The seats that an operation freed, by pool, where those are many. Row count = pools.
INSERT INTO licensing_rest (organization_id, pool_id, operation_id, seats, since)
SELECT change.organization_id, change.pool_id, change.operation_id, COUNT(*), %(now)s
  FROM licensing_books AS books
  JOIN licensing_licensechange AS change ON change.organization_id = books.organization_id
 WHERE books.organization_id = %(organization)s AND books.rest_above < %(freed)s AND books.rest_minutes > 0
   AND change.operation_id = %(operation)s AND change.position <= %(cursor)s
   AND change.from_status = 2 AND change.to_status <> 2 AND {license_not_skipped}
 GROUP BY change.organization_id, change.pool_id, change.operation_id
ON CONFLICT DO NOTHING

-- operations_with_old_claims --
-- Those that had finished before and ended claims that are still there.
SELECT operation.number
  FROM licensing_operation AS operation
 WHERE operation.organization_id = %(organization)s AND operation.finished_at < %(before)s
   AND EXISTS (SELECT 1 FROM licensing_claim AS claim
                WHERE claim.organization_id = operation.organization_id AND claim.ended_by = operation.number
                  AND claim.ended_by <> 0)
 ORDER BY operation.number

-- forget_claims --
-- Up to %(rows)s that an operation ended. Row count = claims.
DELETE FROM licensing_claim
 WHERE organization_id = %(organization)s AND ended_by = %(operation)s AND ended_by <> 0
   AND (pool_id, learner_id) IN (
     SELECT pool_id, learner_id FROM licensing_claim
      WHERE organization_id = %(organization)s AND ended_by = %(operation)s AND ended_by <> 0
      LIMIT %(rows)s)
