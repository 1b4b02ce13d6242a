-- plan_expire --
-- Whoever waits for a seat, or is offered one, did answer. Row count = invited licenses whose time is over.
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT license.organization_id, %(operation)s, %(free)s + (license.learner_id & %(ordinals)s), license.pool_id,
       license.learner_id, license.status, license.operation_id, license.status_at, license.was_active,
       0, %(operation)s, license.was_active
  FROM invitations_invitation AS invitation
  JOIN licensing_license AS license
    ON license.organization_id = invitation.organization_id AND license.learner_id = invitation.learner_id
   AND license.pool_id = invitation.pool_id AND license.operation_id = invitation.operation_number
 WHERE invitation.organization_id = %(organization)s AND invitation.learner_id IN ({selection})
   AND invitation.is_watched AND invitation.expires_at <= %(now)s AND license.status + 0 = 1
   AND NOT EXISTS (SELECT 1 FROM licensing_claim AS claim
                    WHERE claim.organization_id = license.organization_id AND claim.pool_id = license.pool_id
                      AND claim.learner_id = license.learner_id AND claim.ended_by = 0)
 ORDER BY license.learner_id

-- good_anew --
-- Invitations that an undo has brought back. Row count = invitations.
UPDATE invitations_invitation
   SET expires_at = %(expires)s, is_watched = TRUE
  FROM licensing_licensechange AS change
  JOIN licensing_license AS license
    ON license.organization_id = change.organization_id AND license.learner_id = change.learner_id
   AND license.pool_id = change.pool_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s AND license.status + 0 = 1
   AND invitations_invitation.organization_id = license.organization_id
   AND invitations_invitation.learner_id = license.learner_id
   AND invitations_invitation.pool_id = license.pool_id
   AND invitations_invitation.operation_number = license.operation_id
   AND invitations_invitation.expires_at <= %(now)s

-- forget_invitations --
-- Of the learners (after, through]: those of licenses that ended, or were given anew, long ago. Row count = invitations.
DELETE FROM invitations_invitation
 WHERE organization_id = %(organization)s AND learner_id > %(after)s AND learner_id <= %(through)s
   AND EXISTS (SELECT 1 FROM licensing_license AS license
                WHERE license.organization_id = invitations_invitation.organization_id
                  AND license.learner_id = invitations_invitation.learner_id
                  AND license.pool_id = invitations_invitation.pool_id
                  AND license.status + 0 < 2 AND (license.status_at IS NULL OR license.status_at < %(before)s)
                  AND license.operation_id <> invitations_invitation.operation_number)
   AND EXISTS (SELECT 1 FROM licensing_operation AS operation
                WHERE operation.organization_id = invitations_invitation.organization_id
                  AND operation.number = invitations_invitation.operation_number AND operation.finished_at < %(before)s)
