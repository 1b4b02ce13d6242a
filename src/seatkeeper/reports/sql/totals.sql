-- usage_of_people --
-- What some people did in a period: how many of them did anything, seconds, views.
SELECT COUNT(DISTINCT learner_id), COALESCE(SUM(seconds), 0), COALESCE(SUM(views), 0)
  FROM usage_learnerday
 WHERE organization_id = %(organization)s AND learner_id IN ({selection}) AND day >= %(first)s AND day <= %(last)s

-- completions_of_people --
SELECT COUNT(*)
  FROM usage_completion
 WHERE organization_id = %(organization)s AND learner_id IN ({selection})
   AND completed_on >= %(first)s AND completed_on <= %(last)s

-- usage_of_people_by_step --
-- The same of each day, week or month, by its first day.
SELECT {day}, COUNT(DISTINCT learner_id), SUM(seconds), SUM(views)
  FROM usage_learnerday
 WHERE organization_id = %(organization)s AND learner_id IN ({selection}) AND day >= %(first)s AND day <= %(last)s
 GROUP BY 1

-- completions_of_people_by_step --
SELECT {completed_on}, COUNT(*)
  FROM usage_completion
 WHERE organization_id = %(organization)s AND learner_id IN ({selection})
   AND completed_on >= %(first)s AND completed_on <= %(last)s
 GROUP BY 1

-- erased_since --
-- People who were erased, and had done something since a day.
SELECT COUNT(*)
  FROM directory_erasedlearner AS erased
 WHERE erased.learner_id >= %(first_id)s AND erased.learner_id <= %(last_id)s
   AND EXISTS (SELECT 1 FROM usage_learnerday AS used
                WHERE used.organization_id = %(organization)s AND used.learner_id = erased.learner_id
                  AND used.day >= %(first)s AND used.day <= %(last)s)

-- contents_of_everyone --
-- Of each content: views, seconds, completions.
SELECT content_id, SUM(views), SUM(seconds), SUM(completions)
  FROM usage_contentday
 WHERE organization_id = %(organization)s AND day >= %(first)s AND day <= %(last)s
 GROUP BY content_id

-- contents_of_people --
-- Of each content: views, seconds.
SELECT content_id, SUM(views), SUM(seconds)
  FROM usage_learnerday
 WHERE organization_id = %(organization)s AND learner_id IN ({selection}) AND day >= %(first)s AND day <= %(last)s
 GROUP BY content_id

-- contents_completed_by_people --
SELECT content_id, COUNT(*)
  FROM usage_completion
 WHERE organization_id = %(organization)s AND learner_id IN ({selection})
   AND completed_on >= %(first)s AND completed_on <= %(last)s
 GROUP BY content_id
