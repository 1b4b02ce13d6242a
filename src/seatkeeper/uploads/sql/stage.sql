-- stage_lines --
-- Match a chunk of checked lines to their learners, and keep of the values wanted only what
-- differs. Row count = lines. The joins by id are made only where the e-mail's learner has another one,
-- and each join but the first only where the file has its column.
INSERT INTO uploads_uploadline
       (organization_id, operation_id, line, learner_id, is_new, email, unique_user_id, patch, wishes, verdict, code, detail)
SELECT %(organization)s, %(operation)s, matched.line,
       COALESCE(matched.learner_id, %(first_id)s + matched.line),
       matched.learner_id IS NULL,
       CASE WHEN matched.email = matched.wanted_email THEN NULL ELSE matched.wanted_email END,
       CASE WHEN matched.unique_user_id = matched.wanted_id THEN NULL ELSE matched.wanted_id END,
       matched.patch, matched.wishes,
       CASE WHEN matched.code IS NOT NULL THEN 1 ELSE 0 END,
       matched.code,
       CASE WHEN matched.code IS NOT NULL THEN matched.detail WHEN matched.is_by_other_key THEN matched.email END
  FROM (
    SELECT incoming.line, incoming.wishes,
           COALESCE(by_email.id, by_id.id, by_new_email.id, by_new_id.id) AS learner_id,
           COALESCE(by_email.email, by_id.email, by_new_email.email, by_new_id.email) AS email,
           COALESCE(by_email.unique_user_id, by_id.unique_user_id, by_new_email.unique_user_id, by_new_id.unique_user_id) AS unique_user_id,
           by_email.id IS NULL AS is_by_other_key,
           COALESCE(incoming.to_email, incoming.key_email) AS wanted_email,
           COALESCE(incoming.to_user_id, incoming.user_id) AS wanted_id,
           CASE WHEN incoming.patch IS NULL THEN NULL
                WHEN {fits} THEN '='
                ELSE incoming.patch END AS patch,
           CASE WHEN by_email.id <> by_id.id THEN 'IDENTITY_CONFLICT'
                WHEN by_email.unique_user_id <> incoming.user_id AND by_id.id IS NULL
                     AND by_email.unique_user_id <> COALESCE(incoming.to_user_id, '') THEN 'IDENTITY_CONFLICT'
                WHEN by_email.id IS NULL AND by_id.id IS NULL AND by_new_email.unique_user_id <> incoming.user_id
                     AND by_new_email.unique_user_id <> COALESCE(incoming.to_user_id, '') THEN 'IDENTITY_CONFLICT'
                WHEN by_new_id.id <> COALESCE(by_email.id, by_id.id, by_new_email.id) THEN 'IDENTITY_CONFLICT'
                WHEN by_new_id.id IS NOT NULL AND COALESCE(by_email.id, by_id.id, by_new_email.id) IS NULL
                     AND incoming.key_email IS NOT NULL THEN 'IDENTITY_CONFLICT'
                WHEN by_new_email.id <> COALESCE(by_email.id, by_id.id) THEN 'EMAIL_DUPLICATE'
                WHEN by_email.id IS NULL AND by_id.id IS NULL AND by_new_email.id IS NULL AND by_new_id.id IS NULL THEN
                  CASE WHEN incoming.key_email IS NULL THEN 'UNIQUE_USER_ID'
                       WHEN incoming.to_email IS NOT NULL THEN 'EMAIL' END
           END AS code,
           CASE WHEN by_email.id <> by_id.id THEN by_email.email || ' ' || by_id.email
                WHEN by_email.unique_user_id <> incoming.user_id AND by_id.id IS NULL THEN by_email.unique_user_id || ' ' || incoming.user_id
                WHEN by_new_id.id <> COALESCE(by_email.id, by_id.id, by_new_email.id) THEN COALESCE(by_email.email, by_id.email, by_new_email.email) || ' ' || by_new_id.email
                WHEN by_email.id IS NULL AND by_id.id IS NULL AND by_new_email.unique_user_id <> incoming.user_id THEN by_new_email.unique_user_id || ' ' || incoming.user_id
                WHEN by_new_id.id IS NOT NULL AND COALESCE(by_email.id, by_id.id, by_new_email.id) IS NULL
                     AND incoming.key_email IS NOT NULL THEN incoming.key_email || ' ' || by_new_id.email
                WHEN by_new_email.id <> COALESCE(by_email.id, by_id.id) THEN by_new_email.email
                WHEN by_email.id IS NULL AND by_id.id IS NULL THEN COALESCE(incoming.key_email, incoming.user_id)
           END AS detail
      FROM incoming
      LEFT JOIN directory_learner AS by_email
        ON by_email.organization_id = %(organization)s AND by_email.email = incoming.key_email
      LEFT JOIN directory_learner AS by_id
        ON by_id.organization_id = %(organization)s
       AND by_id.unique_user_id = CASE WHEN by_email.unique_user_id = incoming.user_id THEN NULL ELSE incoming.user_id END
       AND {has_user_id}
      LEFT JOIN directory_learner AS by_new_email
        ON by_new_email.organization_id = %(organization)s AND by_new_email.email = incoming.to_email AND {has_existing_email}
      LEFT JOIN directory_learner AS by_new_id
        ON by_new_id.organization_id = %(organization)s AND by_new_id.unique_user_id = incoming.to_user_id AND {has_new_user_id}) AS matched
 WHERE TRUE
 ORDER BY matched.line

-- people_by_other_key --
-- Lines that found their learner otherwise than by address, with that address.
SELECT line, detail FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s AND detail IS NOT NULL AND verdict = 0

-- flag_likely_people --
-- Ids that find nobody, where putting back leading zeros finds somebody. Row count = lines.
UPDATE uploads_uploadline
   SET verdict = 1, code = 'UNIQUE_USER_ID', detail = candidate.user_id || ' ' || learner.email
  FROM candidate
  JOIN directory_learner AS learner
    ON learner.organization_id = %(organization)s AND learner.unique_user_id = candidate.wanted
 WHERE uploads_uploadline.organization_id = %(organization)s AND uploads_uploadline.operation_id = %(operation)s
   AND uploads_uploadline.line = candidate.line
   AND (uploads_uploadline.is_new OR uploads_uploadline.unique_user_id = candidate.user_id)

-- flag_outside_scope --
-- For an uploader limited to groups. Whoever is no member is outside, be they known or new; and what would
-- tell of somebody outside gets the same answer: a line that gives an address or an id, or that clashes with
-- somebody. Row count = lines.
UPDATE uploads_uploadline
   SET verdict = 1, code = 'OUTSIDE_SCOPE', detail = ''
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s
   AND (is_new OR verdict = 1 OR email IS NOT NULL OR unique_user_id IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM directory_groupmember AS member
                        WHERE member.organization_id = uploads_uploadline.organization_id
                          AND member.learner_id = uploads_uploadline.learner_id AND member.group_id IN ({groups})))

-- take_as_new --
-- Of the lines just flagged, those that only name an address, and an id, which nobody within the groups has: they
-- are about new people. Where somebody outside has the address or the id, the same is planned, and skipped when
-- its turn comes. Row count = lines.
UPDATE uploads_uploadline
   SET learner_id = %(first_id)s + incoming.line, is_new = TRUE, email = incoming.key_email,
       unique_user_id = incoming.user_id, patch = incoming.patch, verdict = 0, code = NULL, detail = NULL
  FROM incoming
 WHERE uploads_uploadline.organization_id = %(organization)s AND uploads_uploadline.operation_id = %(operation)s
   AND uploads_uploadline.line = incoming.line AND uploads_uploadline.code = 'OUTSIDE_SCOPE'
   AND incoming.key_email IS NOT NULL AND incoming.to_email IS NULL AND incoming.to_user_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM directory_learner AS learner
                     JOIN directory_groupmember AS member
                       ON member.organization_id = learner.organization_id AND member.learner_id = learner.id
                    WHERE learner.organization_id = %(organization)s AND learner.email = incoming.key_email
                      AND member.group_id IN ({groups}))
   AND NOT EXISTS (SELECT 1 FROM directory_learner AS learner
                     JOIN directory_groupmember AS member
                       ON member.organization_id = learner.organization_id AND member.learner_id = learner.id
                    WHERE learner.organization_id = %(organization)s AND learner.unique_user_id = incoming.user_id
                      AND member.group_id IN ({groups}))

-- report_problems --
-- Row count = problems.
INSERT INTO uploads_uploadproblem (organization_id, operation_id, line, "column", code, detail)
SELECT organization_id, operation_id, line,
       CASE code WHEN 'EMAIL' THEN %(existing_email_column)s WHEN 'EMAIL_DUPLICATE' THEN %(email_column)s
                 WHEN 'UNIQUE_USER_ID' THEN %(id_column)s ELSE '' END,
       code, COALESCE(detail, '')
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s AND verdict = 1

-- lengths_of_zero_ids --
-- How long the ids are that begin with a zero.
SELECT DISTINCT LENGTH(unique_user_id) FROM directory_learner
 WHERE organization_id = %(organization)s AND unique_user_id >= '0' AND unique_user_id < '1'
 ORDER BY 1 LIMIT 8

-- people_by_rounded_id --
-- Who may be meant by an id that a spreadsheet rounded: (line, e-mail) where just one person fits.
SELECT candidate.line, MIN(learner.email)
  FROM candidate
  JOIN directory_learner AS learner
    ON learner.organization_id = %(organization)s AND learner.unique_user_id >= candidate.user_id
   AND learner.unique_user_id < candidate.wanted AND LENGTH(learner.unique_user_id) = candidate.length
 GROUP BY candidate.line HAVING COUNT(*) = 1
