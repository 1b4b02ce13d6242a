-- undo_licenses --
-- The mirror of one segment: what it freed is taken, what it took is freed, moves go back. Earlier
-- statuses come back with the name and date they had. Row count = changes.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id,
        from_status, from_operation_id, from_status_at, from_was_active,
        to_status, to_operation_id, to_status_at, to_was_active)
SELECT change.organization_id, %(undo)s,
       CASE change.position >> 40 WHEN 2 THEN %(take)s WHEN 4 THEN %(free)s ELSE %(move)s END + (change.position & %(ordinals)s),
       change.pool_id, change.learner_id,
       change.to_status, change.to_operation_id,
       CASE WHEN change.to_operation_id = change.operation_id
            THEN COALESCE(change.to_status_at, %(applied_at)s) ELSE change.to_status_at END,
       change.to_was_active,
       change.from_status, change.from_operation_id, change.from_status_at, change.from_was_active
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND {license_not_skipped}
 ORDER BY change.position

-- undo_memberships_and_people --
-- Joined becomes left and left joined; who was added is removed, who was removed added. Row count = changes.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind,
        from_email, to_email, from_unique_user_id, to_unique_user_id, before, after)
SELECT change.organization_id, %(undo)s,
       CASE change.kind WHEN 'added' THEN %(leave)s ELSE %(people)s END + (change.position & %(ordinals)s),
       change.group_id, change.learner_id,
       CASE change.kind WHEN 'joined' THEN 'left' WHEN 'left' THEN 'joined' WHEN 'added' THEN 'removed' ELSE 'added' END,
       change.to_email, change.from_email, change.to_unique_user_id, change.from_unique_user_id,
       change.after, change.before
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind <> 'updated' AND {person_not_skipped}

-- undo_updates --
-- Values, addresses and ids that are still as they were left go back. Row count = people.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind,
        from_email, to_email, from_unique_user_id, to_unique_user_id, before, after)
SELECT change.organization_id, %(undo)s, {mirrored}, change.group_id, change.learner_id, 'updated',
       CASE WHEN learner.email = change.to_email THEN change.to_email END,
       CASE WHEN learner.email = change.to_email THEN change.from_email END,
       CASE WHEN {id_is_as_left} THEN change.to_unique_user_id END,
       CASE WHEN {id_is_as_left} THEN change.from_unique_user_id END,
       json_before(learner.attributes, CAST(json_undo(learner.attributes, change.before, change.after) AS text)),
       json_undo(learner.attributes, change.before, change.after)
  FROM licensing_profilechange AS change
  JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'updated' AND {person_not_skipped}
   AND (json_undo(learner.attributes, change.before, change.after) <> '{}'
        OR learner.email = change.to_email
        OR (COALESCE(change.from_unique_user_id, change.to_unique_user_id) IS NOT NULL AND {id_is_as_left}))

-- undo_overtaken_updates --
-- People of whom somebody changed something since: planned too, so that they are named as skipped. Row count = people.
INSERT INTO licensing_profilechange
       (organization_id, operation_id, position, group_id, learner_id, kind, before, after)
SELECT change.organization_id, %(undo)s, {mirrored}, %(overtaken)s, change.learner_id, 'updated',
       change.after, change.before
  FROM licensing_profilechange AS change
  LEFT JOIN directory_learner AS learner
    ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND change.kind = 'updated' AND {person_not_skipped}
   AND (learner.id IS NULL OR json_patch(learner.attributes, change.after) <> learner.attributes
        OR learner.email <> change.to_email
        OR (COALESCE(change.from_unique_user_id, change.to_unique_user_id) IS NOT NULL AND NOT ({id_is_as_left})))

-- mirrored --
-- A piece of the two above: the place in the plan. An id that was inherited is given back before its first owner comes again.
CASE change.position >> 40 WHEN 6 THEN %(give_back)s WHEN 0 THEN %(inherit)s ELSE %(people)s END + (change.position & %(ordinals)s)

-- id_is_as_left --
-- A piece of the two above.
COALESCE(learner.unique_user_id, '') = COALESCE(change.to_unique_user_id, '')

-- count_overtaken --
-- Licenses of a plan that are no longer as it expects.
SELECT COUNT(*)
  FROM licensing_licensechange AS change
  LEFT JOIN licensing_license AS license
    ON license.organization_id = change.organization_id
   AND license.learner_id = change.learner_id AND license.pool_id = change.pool_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND (COALESCE(license.status, 0) <> change.from_status
        OR COALESCE(license.operation_id, 0) <> change.from_operation_id)
