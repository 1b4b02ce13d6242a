-- skip_people --
-- Changes of people that no longer fit. Who is added and joins at the same position does both or neither.
-- Row count = changes skipped.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason, by_operation_id)
SELECT organization_id, operation_id, position, group_id, learner_id, reason,
       CASE reason WHEN 'changed_since' THEN ({overtaker}
           AND CASE WHEN later.group_id > 0 THEN later.group_id ELSE 0 END
             = CASE WHEN change.group_id > 0 THEN change.group_id ELSE 0 END
         ORDER BY segment.number DESC LIMIT 1) END
  FROM (SELECT change.organization_id, change.operation_id, change.position, change.group_id, change.learner_id,
               CASE
                 WHEN erased.learner_id IS NOT NULL THEN 'person_erased'
                 WHEN change.kind = 'added' OR adding.position IS NOT NULL THEN
                   CASE WHEN learner.id IS NOT NULL THEN 'person_there'
                        WHEN by_email.id IS NOT NULL THEN 'address_taken'
                        WHEN by_user_id.id IS NOT NULL THEN 'id_taken'
                        WHEN change.kind = 'joined' AND learning_group.id IS NULL THEN 'group_missing' END
                 WHEN learner.id IS NULL THEN 'person_missing'
                 WHEN change.kind = 'updated' THEN
                   CASE WHEN change.group_id < 0 OR json_patch(learner.attributes, change.before) <> learner.attributes
                          OR learner.email <> COALESCE(change.from_email, learner.email)
                          OR ((change.from_unique_user_id IS NOT NULL OR change.to_unique_user_id IS NOT NULL)
                              AND COALESCE(learner.unique_user_id, '') <> COALESCE(change.from_unique_user_id, ''))
                          THEN 'changed_since'
                        WHEN by_email.id <> learner.id THEN 'address_taken'
                        WHEN by_user_id.id <> learner.id THEN 'id_taken' END
                 WHEN change.kind = 'joined' THEN
                   CASE WHEN learning_group.id IS NULL THEN 'group_missing'
                        WHEN member.learner_id IS NOT NULL THEN 'changed_since' END
                 WHEN change.kind = 'left' THEN
                   CASE WHEN member.learner_id IS NULL THEN 'changed_since' END
               END AS reason
          FROM licensing_profilechange AS change
          LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = change.learner_id
          LEFT JOIN directory_learner AS learner
            ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
          LEFT JOIN licensing_profilechange AS adding
            ON adding.organization_id = change.organization_id AND adding.operation_id = change.operation_id
           AND adding.position = change.position AND adding.group_id = 0 AND adding.kind = 'added' AND change.kind = 'joined'
          LEFT JOIN directory_learner AS by_email
            ON by_email.organization_id = change.organization_id
           AND by_email.email = COALESCE(adding.to_email, change.to_email)
          LEFT JOIN directory_learner AS by_user_id
            ON by_user_id.organization_id = change.organization_id
           AND by_user_id.unique_user_id = COALESCE(adding.to_unique_user_id, change.to_unique_user_id)
          LEFT JOIN directory_groupmember AS member
            ON member.organization_id = change.organization_id
           AND member.group_id = change.group_id AND member.learner_id = change.learner_id
          LEFT JOIN directory_group AS learning_group
            ON learning_group.organization_id = change.organization_id AND learning_group.id = change.group_id
         WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
           AND change.position > %(after)s AND change.position <= %(through)s) AS change
 WHERE reason IS NOT NULL

-- skip_leavers --
-- People whose adding is undone but who have got something since. Row count = people who stay.
INSERT INTO licensing_skipped (organization_id, operation_id, position, item_id, learner_id, reason, by_operation_id)
SELECT change.organization_id, change.operation_id, change.position, 0, change.learner_id,
       CASE WHEN erased.learner_id IS NOT NULL THEN 'person_erased'
            WHEN learner.id IS NULL THEN 'person_missing'
            WHEN claims.operation_id IS NOT NULL THEN 'has_licenses'
            WHEN {has_sign_in} THEN 'has_sign_in'
            WHEN {has_usage} THEN 'has_usage'
            WHEN learner.suspended_at IS NOT NULL THEN 'is_suspended'
            ELSE 'changed_since' END,
       CASE WHEN erased.learner_id IS NULL THEN COALESCE(claims.operation_id, ({overtaker}
         ORDER BY segment.number DESC LIMIT 1)) END
  FROM licensing_profilechange AS change
  LEFT JOIN directory_erasedlearner AS erased ON erased.learner_id = change.learner_id
  LEFT JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
  LEFT JOIN (SELECT license.learner_id, MAX(license.operation_id) AS operation_id
               FROM licensing_license AS license
               JOIN licensing_profilechange AS leaver
                 ON leaver.organization_id = license.organization_id AND leaver.learner_id = license.learner_id
              WHERE leaver.organization_id = %(organization)s AND leaver.operation_id = %(operation)s
                AND leaver.position > %(after)s AND leaver.position <= %(through)s
                AND license.operation_id <> 0
              GROUP BY license.learner_id) AS claims
    ON claims.learner_id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND (learner.id IS NULL OR claims.operation_id IS NOT NULL OR {has_sign_in} OR {has_usage}
        OR learner.suspended_at IS NOT NULL
        OR json_patch(learner.attributes, change.before) <> learner.attributes
        OR json_patch(change.before, learner.attributes) <> change.before
        OR learner.email <> change.from_email
        OR COALESCE(learner.unique_user_id, '') <> COALESCE(change.from_unique_user_id, '')
        OR EXISTS (SELECT 1 FROM directory_groupmember AS member
                    WHERE member.organization_id = change.organization_id AND member.learner_id = change.learner_id))

-- has_sign_in --
-- A piece of the one above. Whose profile is merged into another takes the sign-in along.
EXISTS (SELECT 1 FROM accounts_membership AS sign_in
         WHERE sign_in.organization_id = change.organization_id AND sign_in.learner_id = change.learner_id)
AND NOT EXISTS (SELECT 1 FROM licensing_mergedprofile AS merged
                 WHERE merged.organization_id = change.organization_id AND merged.learner_id = change.learner_id)

-- has_usage --
-- A piece of the first one, too. What a merge joins goes along.
EXISTS (SELECT 1 FROM directory_standing AS standing
         WHERE standing.learner_id = change.learner_id AND standing.last_activity_on IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM licensing_mergedprofile AS merged
                 WHERE merged.organization_id = change.organization_id AND merged.learner_id = change.learner_id)

-- overtaker --
-- A piece of the two above: the operations that changed the person of `change`, apart from its own.
SELECT later.operation_id
  FROM licensing_profilechange AS later
  JOIN licensing_segment AS segment
    ON segment.organization_id = later.organization_id AND segment.operation_id = later.operation_id
   AND segment.after < later.position AND segment.through >= later.position
 WHERE later.organization_id = change.organization_id AND later.learner_id = change.learner_id
   AND later.operation_id <> change.operation_id
   AND NOT EXISTS (SELECT 1 FROM licensing_skipped AS skipped
                    WHERE skipped.organization_id = later.organization_id AND skipped.operation_id = later.operation_id
                      AND skipped.position = later.position AND skipped.item_id = later.group_id)

-- are_all_new --
-- Whether a chunk does nothing but add people.
SELECT NOT EXISTS (SELECT 1 FROM licensing_profilechange
                    WHERE organization_id = %(organization)s AND operation_id = %(operation)s
                      AND position > %(after)s AND position <= %(through)s AND kind <> 'added')

-- add_learners --
-- The people added, in order.
INSERT INTO directory_learner (id, organization_id, email, unique_user_id, attributes)
SELECT change.learner_id, change.organization_id, change.to_email, change.to_unique_user_id, change.after
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'added' AND {not_skipped}
 ORDER BY change.position
RETURNING id, email, unique_user_id, attributes

-- add_standings --
-- Whoever the same lines give a license get their standing with it: it is written once.
INSERT INTO directory_standing (learner_id, organization_id, status)
SELECT learner_id, %(organization)s, 0 FROM (
  SELECT change.learner_id FROM licensing_profilechange AS change
   WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
     AND change.position > %(after)s AND change.position <= %(through)s
     AND change.kind = 'added' AND {not_skipped}
  EXCEPT
  SELECT given.learner_id FROM licensing_licensechange AS given
   WHERE given.organization_id = %(organization)s AND given.operation_id = %(operation)s
     AND given.position > %(after)s + %(to_taken)s AND given.position <= %(through)s + %(to_taken)s) AS left_without
 ORDER BY learner_id

-- add_left_standings --
-- Of people added by an operation that stopped before their licenses.
INSERT INTO directory_standing (learner_id, organization_id, status)
SELECT learner.id, learner.organization_id, 0
  FROM licensing_profilechange AS change
  JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position <= %(cursor)s AND change.kind = 'added'
ON CONFLICT DO NOTHING

-- update_learners --
-- Row count = people changed.
UPDATE directory_learner
   SET attributes = json_patch(directory_learner.attributes, change.after),
       email = COALESCE(change.to_email, directory_learner.email),
       unique_user_id = CASE WHEN change.from_unique_user_id IS NULL AND change.to_unique_user_id IS NULL
                             THEN directory_learner.unique_user_id ELSE change.to_unique_user_id END
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'updated'
   AND directory_learner.organization_id = change.organization_id
   AND directory_learner.id = change.learner_id
   AND {not_skipped}

-- join_groups --
-- Row count = memberships added.
INSERT INTO directory_groupmember (organization_id, group_id, learner_id)
SELECT change.organization_id, change.group_id, change.learner_id
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'joined' AND {not_skipped}
ON CONFLICT DO NOTHING

-- leave_groups --
-- Row count = memberships ended.
DELETE FROM directory_groupmember
 WHERE organization_id = %(organization)s AND (group_id, learner_id) IN (
   SELECT change.group_id, change.learner_id FROM licensing_profilechange AS change
    WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
      AND change.position > %(after)s AND change.position <= %(through)s
      AND change.kind = 'left' AND {not_skipped})

-- remove_licenses --
-- Rows of people who leave that say "never had one".
DELETE FROM licensing_license
 WHERE organization_id = %(organization)s AND learner_id IN ({leavers})

-- remove_standings --
DELETE FROM directory_standing
 WHERE organization_id = %(organization)s AND learner_id IN ({leavers})

-- remove_learners --
-- Row count = people removed.
DELETE FROM directory_learner
 WHERE organization_id = %(organization)s AND id IN ({leavers})

-- leavers --
SELECT change.learner_id FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'removed' AND {not_skipped}

-- people_to_find_anew --
-- Whose search entry no longer says what they are called.
SELECT learner.id, learner.email, learner.unique_user_id, learner.attributes, change.kind
  FROM licensing_profilechange AS change
  JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind IN ('added', 'updated') AND {not_skipped}
 ORDER BY learner.id
