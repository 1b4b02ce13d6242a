-- next_chunk --
-- The next %(rows)s changes of one step: its number (null at the end of the plan), the position of the
-- last of them, how many changes that makes, and the position after them (null: these are the last).
WITH next_step AS MATERIALIZED (
  SELECT MIN(position) >> 40 AS step FROM (
    SELECT MIN(position) AS position FROM licensing_profilechange
     WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s
    UNION ALL
    SELECT MIN(position) FROM licensing_licensechange
     WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s) AS firsts),
chunk AS MATERIALIZED (
  SELECT step, CASE WHEN step IN ({people_steps}) THEN (
    SELECT MAX(position) FROM (
      SELECT position FROM licensing_profilechange
       WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s AND position < (step + 1) << 40
       ORDER BY position LIMIT %(rows)s) AS next_people)
  ELSE (
    SELECT MAX(position) FROM (
      SELECT position FROM licensing_licensechange
       WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s AND position < (step + 1) << 40
       ORDER BY position LIMIT %(rows)s) AS next_licenses) END AS through
    FROM next_step)
SELECT step, through,
       CASE WHEN step IN ({people_steps}) THEN (
         SELECT COUNT(*) FROM licensing_profilechange
          WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s AND position <= through)
       ELSE (
         SELECT COUNT(*) FROM licensing_licensechange
          WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > %(after)s AND position <= through) END,
       (SELECT MIN(position) FROM (
          SELECT MIN(position) AS position FROM licensing_profilechange
           WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > through
          UNION ALL
          SELECT MIN(position) FROM licensing_licensechange
           WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position > through) AS following)
  FROM chunk

-- lock_pools --
-- Every writer of licenses locks the pools concerned first, in id order.
SELECT id FROM licensing_licensepool
 WHERE organization_id = %(organization)s AND id IN (
   SELECT pool_id FROM licensing_licensechange
    WHERE organization_id = %(organization)s AND operation_id = %(operation)s
      AND position > %(after)s AND position <= %(through)s)
 ORDER BY id
   FOR UPDATE

-- skip_overtaken --
-- Changes whose license is no longer as the plan says. Row count = changes skipped.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason, by_operation_id)
SELECT change.organization_id, change.operation_id, change.position, change.pool_id, change.learner_id,
       CASE WHEN erased.learner_id IS NULL THEN 'changed_since' ELSE 'person_erased' END,
       CASE WHEN erased.learner_id IS NULL THEN license.operation_id END
  FROM licensing_licensechange AS change
  LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = change.learner_id
  LEFT JOIN licensing_license AS license
    ON license.organization_id = change.organization_id
   AND license.learner_id = change.learner_id
   AND license.pool_id = change.pool_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND (COALESCE(license.status, 0) <> change.from_status
        OR COALESCE(license.operation_id, 0) <> change.from_operation_id)

-- skip_person_missing --
-- Licenses for people who are not, or no longer, in the directory. Row count = changes skipped.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason)
SELECT change.organization_id, change.operation_id, change.position, change.pool_id, change.learner_id,
       CASE WHEN erased.learner_id IS NULL THEN 'person_missing' ELSE 'person_erased' END
  FROM licensing_licensechange AS change
  LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = change.learner_id
  LEFT JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.to_status <> 0 AND learner.id IS NULL
ON CONFLICT DO NOTHING

-- seats_wanted --
-- Per pool of a chunk: how many seats are taken, and how many are free with what the chunk frees, and with
-- those that offers hold for people of the chunk; how many of the licenses are there already.
SELECT wanted.pool_id, wanted.takes, pool.seats_in_force - pool.seats_taken - pool.seats_held + wanted.frees
       + CASE WHEN pool.seats_held = 0 THEN 0 ELSE (
           SELECT COUNT(*)
             FROM licensing_licensechange AS change
             JOIN licensing_claim AS claim
               ON claim.organization_id = change.organization_id AND claim.pool_id = change.pool_id
              AND claim.learner_id = change.learner_id
            WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
              AND change.position > %(after)s AND change.position <= %(through)s
              AND change.pool_id = wanted.pool_id AND change.to_status = 2 AND change.from_status <> 2
              AND claim.kind = 'offer' AND claim.ended_by = 0 AND {not_skipped}) END,
       wanted.licenses
  FROM (SELECT change.pool_id, COUNT(CASE WHEN change.from_operation_id <> 0 THEN 1 END) AS licenses,
               COUNT(CASE WHEN change.to_status = 2 AND change.from_status <> 2 THEN 1 END) AS takes,
               COUNT(CASE WHEN change.from_status = 2 AND change.to_status <> 2 THEN 1 END) AS frees
          FROM licensing_licensechange AS change
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.position > %(after)s AND change.position <= %(through)s AND {not_skipped}
         GROUP BY change.pool_id) AS wanted
  JOIN licensing_licensepool AS pool ON pool.organization_id = %(organization)s AND pool.id = wanted.pool_id

-- skip_without_seat --
-- Takes of one pool, in order, beyond its free seats; whose seat is held goes first. Row count = changes skipped.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason)
SELECT organization_id, operation_id, position, pool_id, learner_id, 'no_free_seat'
  FROM (SELECT change.organization_id, change.operation_id, change.position, change.pool_id, change.learner_id,
               ROW_NUMBER() OVER (ORDER BY CASE WHEN claim.kind = 'offer' THEN 0 ELSE 1 END, change.position) AS place
          FROM licensing_licensechange AS change
          LEFT JOIN licensing_claim AS claim
            ON claim.organization_id = change.organization_id AND claim.pool_id = change.pool_id
           AND claim.learner_id = change.learner_id AND claim.ended_by = 0
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.position > %(after)s AND change.position <= %(through)s
           AND change.pool_id = %(pool)s AND change.to_status = 2 AND change.from_status <> 2
           AND {not_skipped}) AS ranked
 WHERE place > %(free)s

-- skip_other_half --
-- A reassign's halves share a position and go together or not at all. Row count = halves skipped.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason, by_operation_id)
SELECT other.organization_id, other.operation_id, other.position, other.pool_id, other.learner_id,
       half.reason, half.by_operation_id
  FROM licensing_skipped AS half
  JOIN licensing_licensechange AS other
    ON other.organization_id = half.organization_id AND other.operation_id = half.operation_id
   AND other.position = half.position AND other.pool_id <> half.item_id
 WHERE half.organization_id = %(organization)s AND half.operation_id = %(operation)s
   AND half.position > %(after)s AND half.position <= %(through)s
ON CONFLICT DO NOTHING

-- count_skipped --
SELECT COUNT(*) FROM licensing_skipped
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND position > %(after)s AND position <= %(through)s

-- set_licenses --
-- Compare-and-set the licenses that are there. Row count = licenses changed.
UPDATE licensing_license
   SET status = change.to_status,
       operation_id = change.to_operation_id,
       status_at = CASE WHEN change.to_operation_id = change.operation_id
                        THEN COALESCE(change.to_status_at, %(now)s) ELSE change.to_status_at END,
       was_active = change.to_was_active
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.from_operation_id <> 0
   AND licensing_license.organization_id = change.organization_id
   AND licensing_license.learner_id = change.learner_id
   AND licensing_license.pool_id = change.pool_id
   AND licensing_license.status = change.from_status
   AND licensing_license.operation_id = change.from_operation_id
   AND {not_skipped}

-- add_licenses --
-- A first license, or one that an undo had put back to never having been, of somebody who is there.
-- Row count = licenses changed.
INSERT INTO licensing_license (organization_id, learner_id, pool_id, status, operation_id, status_at, was_active)
SELECT change.organization_id, change.learner_id, change.pool_id, change.to_status, change.to_operation_id,
       CASE WHEN change.to_operation_id = change.operation_id
            THEN COALESCE(change.to_status_at, %(now)s) ELSE change.to_status_at END,
       change.to_was_active
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.from_operation_id = 0
   AND (change.to_status = 0 OR EXISTS (SELECT 1 FROM directory_learner AS learner
                                         WHERE learner.organization_id = change.organization_id
                                           AND learner.id = change.learner_id))
   AND {not_skipped}
ON CONFLICT (organization_id, learner_id, pool_id) DO UPDATE
   SET status = excluded.status, operation_id = excluded.operation_id,
       status_at = excluded.status_at, was_active = excluded.was_active
 WHERE licensing_license.operation_id = 0 AND licensing_license.status = 0

-- strongest_status --
-- A piece of the two below: of the person of `change`, looked up person by person; where there is but one pool,
-- it is that of the change, if none was skipped.
CASE WHEN {nothing_skipped} AND (SELECT COUNT(*) FROM licensing_licensepool
                                  WHERE organization_id = %(organization)s) = 1
     THEN change.to_status
     ELSE (SELECT COALESCE(MAX(license.status), 0) FROM licensing_license AS license
            WHERE license.organization_id = change.organization_id
              AND license.learner_id = change.learner_id) END

-- set_standings --
-- Row count = people.
UPDATE directory_standing
   SET status = {strongest_status}
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND directory_standing.learner_id = change.learner_id
   AND directory_standing.organization_id = change.organization_id

-- give_standings --
-- The same for people who have none yet. Row count = people.
INSERT INTO directory_standing (learner_id, organization_id, status)
SELECT change.learner_id, change.organization_id, {strongest_status}
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND ({nothing_skipped} OR EXISTS (SELECT 1 FROM directory_learner AS learner
                                      WHERE learner.organization_id = change.organization_id
                                        AND learner.id = change.learner_id))
ON CONFLICT DO NOTHING

-- move_seats_taken --
-- By what was changed, not by what was planned. Of each pool concerned: whether there are claims on it.
UPDATE licensing_licensepool
   SET seats_taken = seats_taken + moved.seats
  FROM (SELECT change.pool_id,
               SUM(CASE WHEN change.to_status = 2 THEN 1 ELSE 0 END
                   - CASE WHEN change.from_status = 2 THEN 1 ELSE 0 END) AS seats
          FROM licensing_licensechange AS change
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.position > %(after)s AND change.position <= %(through)s
           AND {not_skipped}
         GROUP BY change.pool_id) AS moved
 WHERE licensing_licensepool.organization_id = %(organization)s AND licensing_licensepool.id = moved.pool_id
RETURNING EXISTS (SELECT 1 FROM licensing_claim AS claim
                   WHERE claim.organization_id = licensing_licensepool.organization_id
                     AND claim.pool_id = licensing_licensepool.id)

-- next_segment --
UPDATE licensing_books SET last_segment = last_segment + 1 WHERE organization_id = %(organization)s

-- add_segment --
INSERT INTO licensing_segment
       (organization_id, number, operation_id, after, through, applied, skipped, applied_at)
SELECT organization_id, last_segment, %(operation)s, %(after)s, %(through)s, %(applied)s, %(skipped)s, %(now)s
  FROM licensing_books WHERE organization_id = %(organization)s

-- note_pool_day --
-- What the organization's pools have come to by now, as the day's last word. Row count = pools.
-- Behind the lock of next_segment: the chunk that ends a day last writes it last. A clock that is
-- behind another's stays on the later day.
INSERT INTO licensing_poolday (organization_id, pool_id, day, seats_taken, seats_in_force)
SELECT pool.organization_id, pool.id,
       COALESCE((SELECT MAX(noted.day) FROM licensing_poolday AS noted
                  WHERE noted.organization_id = pool.organization_id AND noted.pool_id = pool.id
                    AND noted.day > DATE(%(day)s)), DATE(%(day)s)),
       pool.seats_taken, pool.seats_in_force
  FROM licensing_licensepool AS pool
 WHERE pool.organization_id = %(organization)s
ON CONFLICT (organization_id, pool_id, day) DO UPDATE
   SET seats_taken = excluded.seats_taken, seats_in_force = excluded.seats_in_force
