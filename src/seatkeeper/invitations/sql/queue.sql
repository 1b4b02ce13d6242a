-- invite --
-- An invitation for each license that an operation left invited at these positions. Row count = invitations.
-- `status + 0` keeps the planner from the index by status: each license is found by its key (decision 8).
INSERT INTO invitations_invitation
       (organization_id, learner_id, pool_id, operation_number, key, text_id, mailed_at, expires_at, is_watched)
SELECT license.organization_id, license.learner_id, license.pool_id, license.operation_id, {key}, %(text)s,
       %(mailed)s, %(expires)s, %(is_mailed)s
  FROM licensing_licensechange AS change
  JOIN licensing_license AS license
    ON license.organization_id = change.organization_id AND license.learner_id = change.learner_id
   AND license.pool_id = change.pool_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND license.status + 0 = 1 AND license.operation_id = %(operation)s
ON CONFLICT DO NOTHING

-- queue_invitations --
-- A mail to each of these. Row count = mails.
INSERT INTO notices_mail
       (organization_id, kind, recipient, subject, text, html, facts, operation_number, learner_id, message_id, state,
        created_at, due_at, rank, attempts, lease, trouble)
SELECT learner.organization_id, 'invitation', learner.email, '', '', '', {facts}, license.operation_id, learner.id,
       %(key)s || CAST(learner.id AS text) || '.' || CAST(license.pool_id AS text) || %(domain)s, %(state)s,
       %(now)s, %(due)s, 1, 0, '', ''
  FROM licensing_licensechange AS change
  JOIN licensing_license AS license
    ON license.organization_id = change.organization_id AND license.learner_id = change.learner_id
   AND license.pool_id = change.pool_id
  JOIN directory_learner AS learner ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(after)s AND change.position <= %(through)s
   AND license.status + 0 = 1 AND license.operation_id = %(operation)s
ON CONFLICT (message_id) DO NOTHING

-- invite_again --
-- Of each of these people who is invited: the invitation, made where there is none yet, is good anew.
-- Row count = invitations.
INSERT INTO invitations_invitation
       (organization_id, learner_id, pool_id, operation_number, key, text_id, mailed_at, expires_at, is_watched)
SELECT license.organization_id, license.learner_id, license.pool_id, license.operation_id, {key}, %(text)s,
       %(mailed)s, %(expires)s, TRUE
  FROM licensing_license AS license
 WHERE license.organization_id = %(organization)s AND license.learner_id IN ({selection}) AND license.status + 0 = 1
   AND (%(pool)s = 0 OR license.pool_id = %(pool)s)
ON CONFLICT (organization_id, learner_id, pool_id, operation_number) DO UPDATE
   SET text_id = excluded.text_id, mailed_at = excluded.mailed_at, expires_at = excluded.expires_at, is_watched = TRUE

-- queue_again --
-- A mail about each of these people's invitations. Row count = mails.
INSERT INTO notices_mail
       (organization_id, kind, recipient, subject, text, html, facts, operation_number, learner_id, message_id, state,
        created_at, due_at, rank, attempts, lease, trouble)
SELECT learner.organization_id, %(kind)s, learner.email, '', '', '', {facts}, license.operation_id, learner.id,
       %(key)s || CAST(learner.id AS text) || '.' || CAST(license.pool_id AS text) || %(domain)s, %(state)s,
       %(now)s, %(due)s, 1, 0, '', ''
  FROM directory_learner AS learner
  JOIN licensing_license AS license
    ON license.organization_id = learner.organization_id AND license.learner_id = learner.id
 WHERE learner.organization_id = %(organization)s AND learner.id IN ({selection}) AND license.status + 0 = 1
   AND (%(pool)s = 0 OR license.pool_id = %(pool)s) AND {may}
ON CONFLICT (message_id) DO NOTHING

-- suspended_invited --
-- How many invitations the one above would have mailed about, were their people not suspended.
SELECT COUNT(*)
  FROM directory_learner AS learner
  JOIN licensing_license AS license
    ON license.organization_id = learner.organization_id AND license.learner_id = learner.id
 WHERE learner.organization_id = %(organization)s AND learner.id IN ({selection}) AND license.status + 0 = 1
   AND (%(pool)s = 0 OR license.pool_id = %(pool)s) AND learner.suspended_at IS NOT NULL AND {may}

-- may_be_reminded --
-- A piece of the two above, of `license`: mailed long enough ago, still good, and reminders are wanted.
EXISTS (SELECT 1 FROM invitations_invitation AS invitation
         WHERE invitation.organization_id = license.organization_id AND invitation.learner_id = license.learner_id
           AND invitation.pool_id = license.pool_id AND invitation.operation_number = license.operation_id
           AND invitation.mailed_at <= %(mailed_before)s AND invitation.expires_at > %(now)s)
AND NOT EXISTS (SELECT 1 FROM invitations_noreminders AS unwanted
                 WHERE unwanted.organization_id = license.organization_id AND unwanted.learner_id = license.learner_id)

-- note_reminded --
-- Whose mail of this round has been queued. Row count = invitations.
UPDATE invitations_invitation
   SET mailed_at = %(mailed)s
 WHERE organization_id = %(organization)s AND learner_id >= %(first)s AND learner_id <= %(last)s
   AND EXISTS (SELECT 1 FROM notices_mail AS mail
                WHERE mail.message_id = %(key)s || CAST(invitations_invitation.learner_id AS text) || '.'
                                        || CAST(invitations_invitation.pool_id AS text) || %(domain)s
                  AND mail.operation_number = invitations_invitation.operation_number)
