-- plan_added --
-- Row count = people to add.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind, to_email, to_unique_user_id, before, after)
SELECT organization_id, operation_id, %(people)s + line, 0, learner_id, 'added', email, unique_user_id,
       '{}', {patch_alone}
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s AND verdict = 0 AND is_new
 ORDER BY line

-- plan_updated --
-- Row count = people to change.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind,
        from_email, to_email, from_unique_user_id, to_unique_user_id, before, after)
SELECT line.organization_id, line.operation_id, %(people)s + line.line, 0, line.learner_id, 'updated',
       CASE WHEN line.email IS NULL THEN NULL ELSE learner.email END, line.email,
       CASE WHEN line.unique_user_id IS NULL THEN NULL ELSE learner.unique_user_id END, line.unique_user_id,
       json_before(learner.attributes, COALESCE(NULLIF(line.patch, '='), '{}')),
       json_after(learner.attributes, COALESCE(NULLIF(line.patch, '='), '{}'))
  FROM uploads_uploadline AS line
  JOIN directory_learner AS learner
    ON learner.organization_id = line.organization_id AND learner.id = line.learner_id
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s
   AND line.line > %(after)s AND line.line <= %(through)s AND line.verdict = 0 AND NOT line.is_new
   AND (COALESCE(line.patch, '=') <> '=' OR line.email IS NOT NULL OR line.unique_user_id IS NOT NULL)

-- plan_joined --
-- Into one group, at the position of the same line. Row count = memberships to add.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind, before, after)
SELECT line.organization_id, line.operation_id, %(people)s + line.line, %(join_group)s, line.learner_id, 'joined', '{}', '{}'
  FROM uploads_uploadline AS line
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s
   AND line.line > %(after)s AND line.line <= %(through)s AND line.verdict = 0
   AND (line.is_new OR (%(all_join)s AND NOT EXISTS (
        SELECT 1 FROM directory_groupmember AS member
         WHERE member.organization_id = line.organization_id AND member.group_id = %(join_group)s
           AND member.learner_id = line.learner_id)))
 ORDER BY line.line

-- plan_frees --
-- Row count = licenses to unassign.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT line.organization_id, line.operation_id, %(free)s + line.line, license.pool_id, license.learner_id,
       license.status, license.operation_id, license.status_at, license.was_active,
       0, line.operation_id, license.was_active
  FROM uploads_uploadline AS line
  JOIN licensing_license AS license
    ON license.organization_id = line.organization_id AND license.learner_id = line.learner_id
   AND license.pool_id = %(pool)s
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s
   AND line.line > %(after)s AND line.line <= %(through)s AND line.verdict = 0 AND NOT line.is_new
   AND SUBSTR(line.wishes, %(place)s, 1) = 'i' AND license.status > 0
 ORDER BY line.line

-- plan_claims_to_end --
-- Of whoever is to have no license, and has none, but a claim. Row count = claims to end.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_status_at, to_was_active)
SELECT line.organization_id, line.operation_id, %(free)s + line.line, claim.pool_id, claim.learner_id,
       0, COALESCE(license.operation_id, 0), license.status_at, COALESCE(license.was_active, FALSE),
       0, line.operation_id, license.status_at, COALESCE(license.was_active, FALSE)
  FROM uploads_uploadline AS line
  JOIN licensing_claim AS claim
    ON claim.organization_id = line.organization_id AND claim.learner_id = line.learner_id
   AND claim.pool_id = %(pool)s AND claim.ended_by = 0
  LEFT JOIN licensing_license AS license
    ON license.organization_id = line.organization_id AND license.learner_id = line.learner_id
   AND license.pool_id = claim.pool_id
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s
   AND line.line > %(after)s AND line.line <= %(through)s AND line.verdict = 0 AND NOT line.is_new
   AND SUBSTR(line.wishes, %(place)s, 1) = 'i' AND COALESCE(license.status, 0) = 0
 ORDER BY line.line

-- plan_takes --
-- Row count = licenses to give: active where the pool says so or the person was active there before.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT line.organization_id, line.operation_id, %(take)s + line.line, %(pool)s, line.learner_id,
       0, COALESCE(license.operation_id, 0), license.status_at, COALESCE(license.was_active, FALSE),
       CASE WHEN %(immediate)s OR COALESCE(license.was_active, FALSE) THEN 2 ELSE 1 END, line.operation_id,
       %(immediate)s OR COALESCE(license.was_active, FALSE)
  FROM uploads_uploadline AS line
  LEFT JOIN licensing_license AS license
    ON license.organization_id = line.organization_id AND license.learner_id = line.learner_id
   AND license.pool_id = %(pool)s
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s
   AND line.line > %(after)s AND line.line <= %(through)s AND line.verdict = 0
   AND SUBSTR(line.wishes, %(place)s, 1) = 'a' AND COALESCE(license.status, 0) = 0
 ORDER BY line.line

-- seat_cutoff --
-- The line of the first take of a pool that finds no seat: takes are counted in the order of the file.
SELECT MIN(line) FROM (
  SELECT position & %(ordinals)s AS line, ROW_NUMBER() OVER (ORDER BY position & %(ordinals)s) AS place
    FROM licensing_licensechange
   WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND pool_id = %(pool)s
     AND to_status = 2 AND from_status <> 2) AS takes
 WHERE place > %(free)s

-- report_without_seat --
-- Row count = lines that find no seat.
INSERT INTO uploads_uploadproblem (organization_id, operation_id, line, "column", code, detail)
SELECT organization_id, operation_id, position & %(ordinals)s, %(column)s, 'SEAT', ''
  FROM licensing_licensechange
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND pool_id = %(pool)s
   AND position & %(ordinals)s >= %(cutoff)s AND to_status = 2 AND from_status <> 2

-- withdraw_line_verdicts --
UPDATE uploads_uploadline
   SET verdict = 1
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND line IN ({lines})

-- withdraw_licenses --
DELETE FROM licensing_licensechange
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position & %(ordinals)s IN ({lines})

-- withdraw_people --
DELETE FROM licensing_profilechange
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND position & %(ordinals)s IN ({lines})

-- lines_without_seat --
SELECT line FROM uploads_uploadproblem
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND code = 'SEAT'

-- count_changed_lines --
-- Rows of a chunk of the file that change something.
SELECT COUNT(*) FROM (
  SELECT position & %(ordinals)s AS line FROM licensing_profilechange
   WHERE organization_id = %(organization)s AND operation_id = %(operation)s
     AND position > %(people)s + %(after)s AND position <= %(people)s + %(through)s
  UNION
  SELECT position & %(ordinals)s FROM licensing_licensechange
   WHERE organization_id = %(organization)s AND operation_id = %(operation)s
     AND ((position > %(free)s + %(after)s AND position <= %(free)s + %(through)s)
       OR (position > %(move)s + %(after)s AND position <= %(move)s + %(through)s)
       OR (position > %(take)s + %(after)s AND position <= %(take)s + %(through)s))) AS changed
