-- facts_elsewhere --
-- Facts on their days in a time zone, of the profiles that stand. A part of the statements below.
SELECT {owner} AS learner_id, fact.content_id, {day} AS day, fact.seconds, fact.views, fact.completions
  FROM usage_fact AS fact{merged}
 WHERE fact.organization_id = %(organization)s{among}

-- within_elsewhere --
-- Those of a period, and some around it.
{facts} AND fact.day >= %(facts_from)s AND fact.day <= %(facts_to)s{fence}

-- days_elsewhere --
-- In place of usage_learnerday, of a period.
SELECT %(organization)s AS organization_id, learner_id, day, content_id, SUM(seconds) AS seconds, MAX(views) AS views
  FROM ({facts} AND fact.day >= %(facts_from)s AND fact.day <= %(facts_to)s) AS told
 GROUP BY learner_id, day, content_id{fence}

-- completions_elsewhere --
-- In place of usage_completion, to the end of a period: what is completed for the first time may be so long before it.
SELECT %(organization)s AS organization_id, learner_id, content_id, MIN(day) AS completed_on
  FROM ({facts} AND fact.completions = 1 AND fact.day <= %(facts_to)s) AS told
 GROUP BY learner_id, content_id

-- last_days_elsewhere --
-- When each was last active.
SELECT learner_id, MAX(day) AS day FROM ({facts}) AS told GROUP BY learner_id
