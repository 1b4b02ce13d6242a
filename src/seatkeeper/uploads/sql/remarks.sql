-- count_added_without_license --
-- People a file adds although it only takes licenses from them.
SELECT COUNT(*) FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s AND verdict = 0 AND is_new
   AND wishes LIKE '%%i%%' AND wishes NOT LIKE '%%a%%'

-- count_inactive_workers --
-- People whose employment has ended, or ends with this file, and who have or keep a license.
SELECT COUNT(*)
  FROM uploads_uploadline AS line
  JOIN directory_learner AS learner
    ON learner.organization_id = line.organization_id AND learner.id = line.learner_id
  JOIN directory_standing AS standing ON standing.learner_id = learner.id AND standing.status > 0
 WHERE line.organization_id = %(organization)s AND line.operation_id = %(operation)s AND line.verdict = 0
   AND json_patch(learner.attributes, COALESCE(NULLIF(line.patch, '='), '{}')) ->> 'worker_status' = 'inactive'
   AND line.wishes NOT LIKE '%%i%%'

-- count_assigned_again --
-- Licenses the plan gives to people who lost them a short time ago.
SELECT COUNT(*) FROM licensing_licensechange
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND from_status = 0 AND from_operation_id <> 0 AND to_status > 0 AND from_status_at >= %(since)s
   AND position > %(take)s
