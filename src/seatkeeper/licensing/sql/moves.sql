-- find_moves --
-- Who loses one pool and gets another at one ordinal (`line`) is reassigned: the first free (an active one
-- before an invited one) and the first take are the two halves. Row count = moves.
INSERT INTO move (line, freed_pool, taken_pool, kept)
SELECT position & %(ordinals)s, MAX(CASE WHEN to_status = 0 THEN pool_id END),
       MAX(CASE WHEN to_status > 0 THEN pool_id END), MAX(from_status)
  FROM (SELECT position, pool_id, from_status, to_status,
               ROW_NUMBER() OVER (PARTITION BY position ORDER BY from_status DESC, pool_id) AS place
          FROM licensing_licensechange
         WHERE organization_id = %(organization)s AND operation_id = %(operation)s
           AND ((position > %(free)s + %(after)s AND position <= %(free)s + %(through)s)
             OR (position > %(take)s + %(after)s AND position <= %(take)s + %(through)s))) AS ranked
 WHERE place = 1
 GROUP BY position & %(ordinals)s HAVING COUNT(*) = 2

-- move_freed_half --
-- Row count = halves.
UPDATE licensing_licensechange SET position = %(move)s + move.line
  FROM move
 WHERE licensing_licensechange.organization_id = %(organization)s
   AND licensing_licensechange.operation_id = %(operation)s
   AND licensing_licensechange.position = %(free)s + move.line AND licensing_licensechange.pool_id = move.freed_pool

-- move_taken_half --
-- It keeps the status: an active license stays active, without a new invitation. Row count = halves.
UPDATE licensing_licensechange
   SET position = %(move)s + move.line, to_status = move.kept,
       to_was_active = (move.kept = 2 OR licensing_licensechange.from_was_active)
  FROM move
 WHERE licensing_licensechange.organization_id = %(organization)s
   AND licensing_licensechange.operation_id = %(operation)s
   AND licensing_licensechange.position = %(take)s + move.line AND licensing_licensechange.pool_id = move.taken_pool
