-- queue_word --
-- A mail to each learner who lost a license at these positions and has not got it back since. Row count = mails.
-- `status + 0` keeps the planner from the index by status: each license is found by its key (decision 8).
INSERT INTO notices_mail
       (organization_id, kind, recipient, subject, text, html, operation_number, learner_id, message_id, state,
        created_at, due_at, rank, attempts, lease, trouble)
SELECT learner.organization_id, 'learner', learner.email, '', '', '', %(operation)s, learner.id,
       %(key)s || CAST(learner.id AS text) || %(domain)s, 'waiting', %(now)s, %(due)s, 1, 0, '', ''
  FROM directory_learner AS learner
 WHERE learner.organization_id = %(organization)s
   AND learner.id IN (
       SELECT change.learner_id
         FROM licensing_licensechange AS change
         JOIN licensing_license AS license
           ON license.organization_id = change.organization_id AND license.learner_id = change.learner_id
          AND license.pool_id = change.pool_id
        WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
          AND change.position > %(after)s AND change.position <= %(through)s AND change.from_status > 0
          AND license.status + 0 = 0 AND license.operation_id = %(operation)s)
ON CONFLICT (message_id) DO NOTHING

-- withdraw_word --
-- Of these mails, those that have not gone and whose learners have their licenses again. Row count = mails.
UPDATE notices_mail
   SET state = 'withdrawn', ended_at = %(now)s
 WHERE organization_id = %(organization)s AND operation_number = %(operation)s AND kind = 'learner'
   AND id > %(after)s AND id <= %(through)s AND state IN ('waiting', 'due') AND lease = ''
   AND NOT EXISTS (
       SELECT 1 FROM licensing_license AS license
        WHERE license.organization_id = %(organization)s AND license.learner_id = notices_mail.learner_id
          AND license.status + 0 = 0 AND license.operation_id = %(operation)s)

-- queue_back --
-- Of these mails, one more to each whose mail has gone and who has a license again that the operation took.
-- Row count = mails.
INSERT INTO notices_mail
       (organization_id, kind, recipient, subject, text, html, operation_number, learner_id, message_id, state,
        created_at, due_at, rank, attempts, lease, trouble)
SELECT learner.organization_id, 'learner_back', learner.email, '', '', '', %(operation)s, learner.id,
       %(key)s || CAST(learner.id AS text) || %(domain)s, 'waiting', %(now)s, %(due)s, 1, 0, '', ''
  FROM notices_mail AS told
  JOIN directory_learner AS learner ON learner.organization_id = told.organization_id AND learner.id = told.learner_id
 WHERE told.organization_id = %(organization)s AND told.operation_number = %(operation)s AND told.kind = 'learner'
   AND told.id > %(after)s AND told.id <= %(through)s AND told.state = 'sent'
   AND EXISTS (
       SELECT 1 FROM licensing_licensechange AS change
         JOIN licensing_license AS license
           ON license.organization_id = change.organization_id AND license.learner_id = change.learner_id
          AND license.pool_id = change.pool_id
        WHERE change.organization_id = %(organization)s AND change.learner_id = told.learner_id
          AND change.operation_id = %(operation)s AND change.position > %(first)s AND change.position < %(last)s
          AND change.from_status > 0 AND license.status + 0 > 0)
ON CONFLICT (message_id) DO NOTHING

-- release_waiting --
-- Mail to learners of organizations whose test mail came through. Row count = mails.
UPDATE notices_mail
   SET state = 'due'
 WHERE state = 'waiting'
   AND organization_id IN (SELECT organization_id FROM notices_mailsetup WHERE confirmed_at IS NOT NULL)
