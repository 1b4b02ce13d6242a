-- move_back_or_forth --
-- What the people in `recounted` add to totals, or with {sign} take from them. From the people on, one by one:
-- CROSS JOIN keeps SQLite from walking along everybody's.
INSERT INTO moved_spans (span, starts_on, learners, seconds, views, completions)
SELECT {span}, {start}, {sign}COUNT(DISTINCT part.learner_id), {sign}SUM(part.seconds), {sign}SUM(part.views), 0
  FROM recounted CROSS JOIN usage_learnerday AS part
 WHERE part.organization_id = %(organization)s AND part.learner_id = recounted.learner_id
 GROUP BY {start};

-- move_completions_back_or_forth --
INSERT INTO moved_spans (span, starts_on, learners, seconds, views, completions)
SELECT {span}, {start}, 0, 0, 0, {sign}COUNT(*)
  FROM (SELECT completion.completed_on AS day
          FROM recounted CROSS JOIN usage_completion AS completion
         WHERE completion.organization_id = %(organization)s AND completion.learner_id = recounted.learner_id) AS part
 GROUP BY {start};

-- move_contents_back_or_forth --
INSERT INTO moved_contents (content_id, day, seconds, views, completions)
SELECT part.content_id, part.day, {sign}SUM(part.seconds), {sign}SUM(part.views), 0
  FROM recounted CROSS JOIN usage_learnerday AS part
 WHERE part.organization_id = %(organization)s AND part.learner_id = recounted.learner_id
 GROUP BY part.content_id, part.day
 UNION ALL
SELECT completion.content_id, completion.completed_on, 0, 0, {sign}COUNT(*)
  FROM recounted CROSS JOIN usage_completion AS completion
 WHERE completion.organization_id = %(organization)s AND completion.learner_id = recounted.learner_id
 GROUP BY completion.content_id, completion.completed_on;

-- drop_days --
DELETE FROM usage_learnerday
 WHERE organization_id = %(organization)s AND learner_id IN (SELECT learner_id FROM recounted);

-- drop_completions --
DELETE FROM usage_completion
 WHERE organization_id = %(organization)s AND learner_id IN (SELECT learner_id FROM recounted);

-- count_days_anew --
INSERT INTO usage_learnerday (organization_id, learner_id, day, content_id, seconds, views)
SELECT %(organization)s, owners.owner_id, fact.day, fact.content_id, SUM(fact.seconds), MAX(fact.views)
  FROM owners CROSS JOIN usage_fact AS fact
 WHERE fact.organization_id = %(organization)s AND fact.learner_id = owners.learner_id
 GROUP BY owners.owner_id, fact.day, fact.content_id;

-- count_completions_anew --
INSERT INTO usage_completion (organization_id, learner_id, content_id, completed_on)
SELECT %(organization)s, owners.owner_id, fact.content_id, MIN(fact.day)
  FROM owners CROSS JOIN usage_fact AS fact
 WHERE fact.organization_id = %(organization)s AND fact.learner_id = owners.learner_id
   AND fact.completions = 1
 GROUP BY owners.owner_id, fact.content_id;

-- see_recounted_people --
-- When those of them who have usage were last active.
UPDATE directory_standing
   SET last_activity_on = seen.day
  FROM (SELECT recounted.learner_id, MAX(part.day) AS day
          FROM recounted CROSS JOIN usage_learnerday AS part
         WHERE part.organization_id = %(organization)s AND part.learner_id = recounted.learner_id
         GROUP BY recounted.learner_id) AS seen
 WHERE directory_standing.organization_id = %(organization)s AND directory_standing.learner_id = seen.learner_id;

-- see_recounted_licenses --
UPDATE licensing_license
   SET last_used_on = seen.day
  FROM (SELECT pool.organization_id, part.learner_id, pool.id AS pool_id, MAX(part.day) AS day
          FROM recounted
         CROSS JOIN usage_learnerday AS part
         CROSS JOIN gate_opener AS opener
         CROSS JOIN licensing_licensepool AS pool
         WHERE part.organization_id = %(organization)s AND part.learner_id = recounted.learner_id
           AND opener.content_id = part.content_id
           AND pool.organization_id = %(organization)s AND pool.license_type_id = opener.license_type_id
         GROUP BY pool.organization_id, part.learner_id, pool.id) AS seen
 WHERE licensing_license.organization_id = seen.organization_id AND licensing_license.learner_id = seen.learner_id
   AND licensing_license.pool_id = seen.pool_id AND licensing_license.was_active
