-- active_among --
-- How many of some people did anything in a period: of each, whether there is a day. A column of `usage_of_people`.
SELECT COUNT(*)
  FROM ({selection}) AS asked
 WHERE EXISTS (SELECT 1 FROM usage_learnerday AS used
                WHERE used.organization_id = %(organization)s AND used.learner_id = asked.id
                  AND used.day >= %(first)s AND used.day <= %(last)s)

-- active_of_people --
-- The same where days are those of facts, which no index has.
SELECT COUNT(DISTINCT learner_id)
  FROM {facts} AS told
 WHERE {among} AND day >= %(first)s AND day <= %(last)s

-- active_of_everyone --
-- How many did anything in a period, whoever was erased among them.
SELECT COUNT(*)
  FROM (SELECT learner_id FROM usage_learnerday
         WHERE organization_id = %(organization)s AND day >= %(first)s AND day <= %(last)s
         GROUP BY learner_id) AS active

-- usage_of_people --
-- What some people did in each day, week or month, by its first day: how many of them did anything, seconds, views;
-- and seconds and views of the part of it that lies in the period. In each row, too: how many were active in the period.
SELECT {start}, COUNT(DISTINCT learner_id), SUM(seconds), SUM(views),
       SUM(seconds) FILTER (WHERE day >= %(first)s AND day <= %(last)s),
       SUM(views) FILTER (WHERE day >= %(first)s AND day <= %(last)s),
       ({active})
  FROM {days} AS used
 WHERE organization_id = %(organization)s AND {among} AND day >= %(from)s AND day <= %(to)s
 GROUP BY 1

-- completions_of_people --
SELECT {start}, COUNT(*), COUNT(*) FILTER (WHERE completed_on >= %(first)s AND completed_on <= %(last)s)
  FROM {completions} AS completed
 WHERE organization_id = %(organization)s AND {among} AND completed_on >= %(from)s AND completed_on <= %(to)s
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
 WHERE organization_id = %(organization)s{content} AND day >= %(first)s AND day <= %(last)s
 GROUP BY content_id

-- contents_of_people --
-- Of each content: views, seconds.
SELECT content_id, SUM(views), SUM(seconds)
  FROM {days} AS used
 WHERE organization_id = %(organization)s{content} AND {among} AND day >= %(first)s AND day <= %(last)s
 GROUP BY content_id

-- contents_completed_by_people --
SELECT content_id, COUNT(*)
  FROM {completions} AS completed
 WHERE organization_id = %(organization)s{content} AND {among}
   AND completed_on >= %(first)s AND completed_on <= %(last)s
 GROUP BY content_id

-- used_by_each --
-- Of each learner: days, seconds, views. There may be a column more.
SELECT learner_id, COUNT(DISTINCT day) AS days_active, SUM(seconds) AS seconds, SUM(views) AS views{more}
  FROM {days} AS used
 WHERE organization_id = %(organization)s{content} AND {among} AND day >= %(first)s AND day <= %(last)s
 GROUP BY learner_id

-- completed_by_each --
SELECT learner_id, COUNT(*) AS completions{more}
  FROM {completions} AS completed
 WHERE organization_id = %(organization)s{content} AND {among}
   AND completed_on >= %(first)s AND completed_on <= %(last)s
 GROUP BY learner_id

-- last_day_of_each --
SELECT learner_id, day FROM {last_days} AS seen WHERE {among}
