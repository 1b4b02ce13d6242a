-- plan_unassign --
-- Row count = licenses to unassign.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT license.organization_id, %(operation)s, %(free)s + (license.learner_id & %(ordinals)s), license.pool_id,
       license.learner_id, license.status, license.operation_id, license.status_at, license.was_active,
       0, %(operation)s, license.was_active
  FROM licensing_license AS license
 WHERE license.organization_id = %(organization)s AND license.learner_id > %(after)s AND license.learner_id <= %(through)s
   AND license.learner_id IN ({selection}) AND license.status > 0 AND {in_pool}
 ORDER BY license.learner_id

-- plan_end_claims --
-- Of whoever has no license there, but a claim: from no license to none, by this operation, which ends the claim.
-- An earlier license keeps the date on which it ended. Row count = claims to end.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_status_at, to_was_active)
SELECT claim.organization_id, %(operation)s, %(free)s + (claim.learner_id & %(ordinals)s), claim.pool_id, claim.learner_id,
       0, COALESCE(license.operation_id, 0), license.status_at, COALESCE(license.was_active, FALSE),
       0, %(operation)s, license.status_at, COALESCE(license.was_active, FALSE)
  FROM licensing_claim AS claim
  LEFT JOIN licensing_license AS license
    ON license.organization_id = claim.organization_id AND license.learner_id = claim.learner_id
   AND license.pool_id = claim.pool_id
 WHERE claim.organization_id = %(organization)s AND claim.learner_id > %(after)s AND claim.learner_id <= %(through)s
   AND claim.learner_id IN ({selection}) AND claim.ended_by = 0 AND COALESCE(license.status, 0) = 0
   AND (%(from_pool)s = 0 OR claim.pool_id = %(from_pool)s)
 ORDER BY claim.learner_id

-- plan_assign --
-- Active where the pool says so or the person was active there before, else invited. Row count = licenses to give.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT %(organization)s, %(operation)s, %(take)s + (selected.id & %(ordinals)s), %(pool)s, selected.id,
       0, COALESCE(license.operation_id, 0), license.status_at, COALESCE(license.was_active, FALSE),
       CASE WHEN %(immediate)s OR COALESCE(license.was_active, FALSE) THEN 2 ELSE 1 END, %(operation)s,
       %(immediate)s OR COALESCE(license.was_active, FALSE)
  FROM ({selection}) AS selected
  LEFT JOIN licensing_license AS license
    ON license.organization_id = %(organization)s AND license.learner_id = selected.id AND license.pool_id = %(pool)s
 WHERE selected.id > %(after)s AND selected.id <= %(through)s AND COALESCE(license.status, 0) = 0
 ORDER BY selected.id

-- plan_seat --
-- Active, from whatever it was before. Row count = licenses to make active.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT %(organization)s, %(operation)s, %(take)s + (selected.id & %(ordinals)s), %(pool)s, selected.id,
       COALESCE(license.status, 0), COALESCE(license.operation_id, 0), license.status_at,
       COALESCE(license.was_active, FALSE), 2, %(operation)s, TRUE
  FROM ({selection}) AS selected
  LEFT JOIN licensing_license AS license
    ON license.organization_id = %(organization)s AND license.learner_id = selected.id AND license.pool_id = %(pool)s
 WHERE selected.id > %(after)s AND selected.id <= %(through)s AND COALESCE(license.status, 0) < 2
 ORDER BY selected.id

-- plan_activate --
-- Row count = invited licenses to make active.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT license.organization_id, %(operation)s, %(take)s + (license.learner_id & %(ordinals)s), license.pool_id,
       license.learner_id, license.status, license.operation_id, license.status_at, license.was_active,
       2, %(operation)s, TRUE
  FROM licensing_license AS license
 WHERE license.organization_id = %(organization)s AND license.learner_id > %(after)s AND license.learner_id <= %(through)s
   AND license.learner_id IN ({selection}) AND license.status = 1 AND {in_pool}
 ORDER BY license.learner_id

-- plan_reassign_freed --
-- The half that ends: of each person without a license in the new pool, the strongest elsewhere. Row count = halves.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT organization_id, %(operation)s, %(move)s + (learner_id & %(ordinals)s), pool_id,
       learner_id, status, operation_id, status_at, was_active, 0, %(operation)s, was_active
  FROM (SELECT license.organization_id, license.pool_id, license.learner_id, license.status, license.operation_id,
               license.status_at, license.was_active,
               ROW_NUMBER() OVER (PARTITION BY license.learner_id ORDER BY license.status DESC, license.pool_id) AS place
          FROM licensing_license AS license
         WHERE license.organization_id = %(organization)s
           AND license.learner_id > %(after)s AND license.learner_id <= %(through)s
           AND license.learner_id IN ({selection}) AND license.status > 0 AND license.pool_id <> %(pool)s AND {in_pool}
           AND NOT EXISTS (SELECT 1 FROM licensing_license AS target
                            WHERE target.organization_id = license.organization_id
                              AND target.learner_id = license.learner_id
                              AND target.pool_id = %(pool)s AND target.status > 0)) AS candidate
 WHERE place = 1
 ORDER BY learner_id

-- plan_reassign_taken --
-- The half that begins, with the status of the one that ends. Row count = halves.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT freed.organization_id, freed.operation_id, freed.position, %(pool)s, freed.learner_id,
       0, COALESCE(license.operation_id, 0), license.status_at, COALESCE(license.was_active, FALSE),
       freed.from_status, freed.operation_id, freed.from_status = 2 OR COALESCE(license.was_active, FALSE)
  FROM licensing_licensechange AS freed
  LEFT JOIN licensing_license AS license
    ON license.organization_id = freed.organization_id AND license.learner_id = freed.learner_id
   AND license.pool_id = %(pool)s
 WHERE freed.organization_id = %(organization)s AND freed.operation_id = %(operation)s
   AND freed.position > %(move)s + (%(after)s & %(ordinals)s) AND freed.position <= %(move)s + (%(through)s & %(ordinals)s)

-- plan_join --
-- Row count = memberships to add.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind, before, after)
SELECT %(organization)s, %(operation)s, %(people)s + (selected.id & %(ordinals)s), %(group)s, selected.id, 'joined', '{}', '{}'
  FROM ({selection}) AS selected
 WHERE selected.id > %(after)s AND selected.id <= %(through)s
   AND NOT EXISTS (SELECT 1 FROM directory_groupmember AS member
                    WHERE member.organization_id = %(organization)s AND member.group_id = %(group)s
                      AND member.learner_id = selected.id)

-- plan_leave --
-- Row count = memberships to end.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind, before, after)
SELECT %(organization)s, %(operation)s, %(people)s + (selected.id & %(ordinals)s), %(group)s, selected.id, 'left', '{}', '{}'
  FROM ({selection}) AS selected
  JOIN directory_groupmember AS member
    ON member.organization_id = %(organization)s AND member.group_id = %(group)s AND member.learner_id = selected.id
 WHERE selected.id > %(after)s AND selected.id <= %(through)s
