-- note_given_ids --
-- Ids that stand alone on a line and are nobody's, and the first line that gives them to somebody. Row count = ids.
INSERT INTO given (unique_user_id, line)
SELECT unique_user_id, MIN(line) FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0
   AND unique_user_id IN (SELECT detail FROM uploads_uploadproblem
                           WHERE organization_id = %(organization)s AND operation_id = %(operation)s
                             AND code = 'UNIQUE_USER_ID')
 GROUP BY unique_user_id

-- take_given_ids --
-- Such a line names that person: as the same file would find them the next time. Line by line, each by its keys.
UPDATE uploads_uploadline
   SET (learner_id, is_new, email, patch, verdict, code, detail) = (
         SELECT giver.learner_id, giver.is_new, giver.email,
                CASE WHEN {fits} THEN '=' ELSE uploads_uploadline.patch END, 0, NULL, NULL
           FROM given
           JOIN uploads_uploadline AS giver
             ON giver.organization_id = %(organization)s AND giver.operation_id = %(operation)s AND giver.line = given.line
           LEFT JOIN directory_learner AS learner
             ON learner.organization_id = giver.organization_id AND learner.id = giver.learner_id
          WHERE given.unique_user_id = uploads_uploadline.detail)
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND verdict = 1 AND code = 'UNIQUE_USER_ID' AND detail IN (SELECT unique_user_id FROM given)

-- withdraw_given_ids --
-- Row count = problems that are none any more.
DELETE FROM uploads_uploadproblem
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND code = 'UNIQUE_USER_ID'
   AND EXISTS (SELECT 1 FROM uploads_uploadline AS taken
                WHERE taken.organization_id = %(organization)s AND taken.operation_id = %(operation)s
                  AND taken.line = uploads_uploadproblem.line AND taken.verdict = 0)

-- find_suspects --
-- PostgreSQL. Of each learner, new address and new id that several lines name, the last of them. Row count = lines.
INSERT INTO suspect (line)
SELECT MAX(line) FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0 AND NOT is_new
 GROUP BY learner_id HAVING COUNT(*) > 1
UNION
SELECT MAX(line) FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0 AND email IS NOT NULL
 GROUP BY email HAVING COUNT(*) > 1
UNION
SELECT MAX(line) FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0 AND unique_user_id IS NOT NULL
 GROUP BY unique_user_id HAVING COUNT(*) > 1

-- repeated_by_learner --
-- Groups of one are suspects that turn out to stand alone.
-- Lines that speak of the same learner, one learner after the other. Their new addresses must be one.
SELECT learner_id, line, COALESCE(email, ''), unique_user_id, patch, wishes
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0
   AND learner_id IN (SELECT learner_id FROM uploads_uploadline
                       WHERE organization_id = %(organization)s AND operation_id = %(operation)s
                         AND verdict = 0 AND NOT is_new AND line IN (SELECT line FROM suspect))
 ORDER BY learner_id, line

-- repeated_by_email --
-- Lines that would give the same address to somebody. The suspect may have collapsed, or be a problem, by now.
SELECT email, line, CASE WHEN is_new THEN 0 ELSE learner_id END, unique_user_id, patch, wishes
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0
   AND email IN (SELECT email FROM uploads_uploadline
                  WHERE organization_id = %(organization)s AND operation_id = %(operation)s
                    AND email IS NOT NULL AND line IN (SELECT line FROM suspect))
 ORDER BY email, line

-- repeated_by_id --
-- Lines that would give the same id to somebody. The suspect may have collapsed, or be a problem, by now.
SELECT unique_user_id, line, learner_id, unique_user_id, patch, wishes
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0
   AND unique_user_id IN (SELECT unique_user_id FROM uploads_uploadline
                           WHERE organization_id = %(organization)s AND operation_id = %(operation)s
                             AND unique_user_id IS NOT NULL AND line IN (SELECT line FROM suspect))
 ORDER BY unique_user_id, line

-- judge_lines --
-- Row count = lines.
UPDATE uploads_uploadline
   SET verdict = judgement.verdict, code = judgement.code, detail = judgement.detail,
       unique_user_id = judgement.unique_user_id, patch = judgement.patch, wishes = judgement.wishes
  FROM judgement
 WHERE uploads_uploadline.organization_id = %(organization)s AND uploads_uploadline.operation_id = %(operation)s
   AND uploads_uploadline.line = judgement.line

-- report_repeated --
-- Row count = problems.
INSERT INTO uploads_uploadproblem (organization_id, operation_id, line, "column", code, detail)
SELECT %(organization)s, %(operation)s, line, %(column)s, code, detail
  FROM judgement WHERE verdict = 1

-- leave_out_new_people --
-- After lines were compared: an address that one line gives to somebody is no new person on another. Row count = lines.
UPDATE uploads_uploadline SET verdict = 3
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict IN (0, 2) AND is_new
