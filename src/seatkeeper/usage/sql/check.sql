-- wrong_days --
-- Learners' days that are not the sum of their facts.
SELECT learner_id, day, content_id FROM (
  SELECT COALESCE(owners.owner_id, fact.learner_id) AS learner_id, fact.day, fact.content_id,
         SUM(fact.seconds) AS seconds, MAX(fact.views) AS views, 1 AS is_there
    FROM usage_fact AS fact LEFT JOIN owners ON owners.learner_id = fact.learner_id
   WHERE fact.organization_id = %(organization)s
   GROUP BY COALESCE(owners.owner_id, fact.learner_id), fact.day, fact.content_id
   UNION ALL
  SELECT learner_id, day, content_id, -seconds, -views, -1 FROM usage_learnerday WHERE organization_id = %(organization)s) AS compared
 GROUP BY learner_id, day, content_id
HAVING SUM(seconds) <> 0 OR SUM(views) <> 0 OR SUM(is_there) <> 0
 LIMIT 20;

-- wrong_completions --
-- First completions that are not what the facts say: a day and its negative fall together.
SELECT learner_id, content_id FROM (
  SELECT COALESCE(owners.owner_id, fact.learner_id) AS learner_id, fact.content_id, MIN(fact.day) AS day
    FROM usage_fact AS fact LEFT JOIN owners ON owners.learner_id = fact.learner_id
   WHERE fact.organization_id = %(organization)s AND fact.completions = 1
   GROUP BY COALESCE(owners.owner_id, fact.learner_id), fact.content_id
   UNION ALL
  SELECT learner_id, content_id, completed_on FROM usage_completion WHERE organization_id = %(organization)s) AS compared
 GROUP BY learner_id, content_id
HAVING COUNT(*) <> 2 OR MIN(day) <> MAX(day)
 LIMIT 20;

-- wrong_contents --
SELECT content_id, day FROM (
  SELECT content_id, day, seconds, views, 0 AS completions FROM usage_learnerday WHERE organization_id = %(organization)s
   UNION ALL
  SELECT content_id, completed_on, 0, 0, 1 FROM usage_completion WHERE organization_id = %(organization)s
   UNION ALL
  SELECT content_id, day, -seconds, -views, -completions FROM usage_contentday WHERE organization_id = %(organization)s) AS compared
 GROUP BY content_id, day
HAVING SUM(seconds) <> 0 OR SUM(views) <> 0 OR SUM(completions) <> 0
 LIMIT 20;

-- wrong_spans --
SELECT starts_on FROM (
  SELECT {start} AS starts_on, COUNT(DISTINCT part.learner_id) AS learners, SUM(part.seconds) AS seconds,
         SUM(part.views) AS views, 0 AS completions
    FROM usage_learnerday AS part WHERE part.organization_id = %(organization)s GROUP BY {start}
   UNION ALL
  SELECT {start}, 0, 0, 0, COUNT(*)
    FROM (SELECT completed_on AS day FROM usage_completion WHERE organization_id = %(organization)s) AS part GROUP BY {start}
   UNION ALL
  SELECT starts_on, -learners, -seconds, -views, -completions
    FROM usage_spantotal WHERE organization_id = %(organization)s AND span = {span}) AS compared
 GROUP BY starts_on
HAVING SUM(learners) <> 0 OR SUM(seconds) <> 0 OR SUM(views) <> 0 OR SUM(completions) <> 0
 LIMIT 20
