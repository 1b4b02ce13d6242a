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
