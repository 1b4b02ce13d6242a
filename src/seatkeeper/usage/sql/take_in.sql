-- forget_known --
-- Of what arrived, what was told before. Row count = such facts.
DELETE FROM arrived
 WHERE EXISTS (SELECT 1 FROM usage_fact AS fact
                WHERE fact.organization_id = %(organization)s AND fact.learner_id = arrived.learner_id
                  AND fact.key = arrived.key);

-- add_facts --
INSERT INTO usage_fact (organization_id, learner_id, key, content_id, day, at, kind, source, seconds, views, completions)
SELECT %(organization)s, learner_id, key, content_id, {day}, {at}, kind, %(source)s, seconds, views, completions
  FROM arrived;

-- gather_parts --
-- What arrived, by learner, day and content; a view counts where the day had none of that content yet.
-- Beside it the days nearest to it, before or after, on which the learner did anything.
INSERT INTO parts (learner_id, day, content_id, seconds, views, new_views, earlier, later)
SELECT told.learner_id, told.day, told.content_id, told.seconds, told.views,
       CASE WHEN there.views = 1 THEN 0 ELSE told.views END,
       (SELECT MAX(used.day) FROM usage_learnerday AS used
         WHERE used.organization_id = %(organization)s AND used.learner_id = told.learner_id AND used.day <= told.day),
       (SELECT MIN(used.day) FROM usage_learnerday AS used
         WHERE used.organization_id = %(organization)s AND used.learner_id = told.learner_id AND used.day >= told.day)
  FROM (SELECT owner_id AS learner_id, {day} AS day, content_id, SUM(seconds) AS seconds, MAX(views) AS views
          FROM arrived GROUP BY owner_id, day, content_id) AS told
  LEFT JOIN usage_learnerday AS there
    ON there.organization_id = %(organization)s AND there.learner_id = told.learner_id
   AND there.day = told.day AND there.content_id = told.content_id;

-- gather_firsts --
-- Contents completed for the first time, or earlier than was known.
INSERT INTO firsts (learner_id, content_id, day, was_on)
SELECT told.learner_id, told.content_id, told.day, there.completed_on
  FROM (SELECT owner_id AS learner_id, content_id, MIN({day}) AS day
          FROM arrived WHERE completions = 1 GROUP BY owner_id, content_id) AS told
  LEFT JOIN usage_completion AS there
    ON there.organization_id = %(organization)s AND there.learner_id = told.learner_id
   AND there.content_id = told.content_id
 WHERE there.completed_on IS NULL OR there.completed_on > told.day;

-- move_spans --
-- What the parts add to totals: a learner counts in a span where there was nothing of theirs yet.
INSERT INTO moved_spans (span, starts_on, learners, seconds, views, completions)
SELECT span, start, SUM(is_new), SUM(seconds), SUM(views), 0
  FROM (SELECT learner_id, span, start, MIN(CASE WHEN earlier >= start OR later <= ending THEN 0 ELSE 1 END) AS is_new,
               SUM(seconds) AS seconds, SUM(new_views) AS views
          FROM ({spanned}) AS spanned
         GROUP BY learner_id, span, start) AS people
 GROUP BY span, start;

-- spanned_parts --
SELECT {span} AS span, {start} AS start, {end} AS ending, part.* FROM parts AS part;

-- move_span_completions --
INSERT INTO moved_spans (span, starts_on, learners, seconds, views, completions)
SELECT span, start, 0, 0, 0, SUM(moved) FROM ({spanned}) AS spanned GROUP BY span, start;

-- spanned_firsts --
SELECT {span} AS span, {start} AS start, part.moved
  FROM (SELECT day, 1 AS moved FROM firsts UNION ALL SELECT was_on, -1 FROM firsts WHERE was_on IS NOT NULL) AS part;

-- move_contents --
INSERT INTO moved_contents (content_id, day, seconds, views, completions)
SELECT content_id, day, SUM(seconds), SUM(new_views), 0 FROM parts GROUP BY content_id, day
 UNION ALL
SELECT content_id, day, 0, 0, COUNT(*) FROM firsts GROUP BY content_id, day
 UNION ALL
SELECT content_id, was_on, 0, 0, -COUNT(*) FROM firsts WHERE was_on IS NOT NULL GROUP BY content_id, was_on;

-- add_parts --
INSERT INTO usage_learnerday (organization_id, learner_id, day, content_id, seconds, views)
SELECT %(organization)s, learner_id, day, content_id, seconds, views FROM parts WHERE TRUE
    ON CONFLICT (organization_id, learner_id, day, content_id) DO UPDATE
   SET seconds = usage_learnerday.seconds + excluded.seconds,
       views = CASE WHEN excluded.views > usage_learnerday.views THEN excluded.views ELSE usage_learnerday.views END;

-- add_firsts --
INSERT INTO usage_completion (organization_id, learner_id, content_id, completed_on)
SELECT %(organization)s, learner_id, content_id, day FROM firsts WHERE TRUE
    ON CONFLICT (organization_id, learner_id, content_id) DO UPDATE SET completed_on = excluded.completed_on;

-- add_moved_spans --
INSERT INTO usage_spantotal (organization_id, span, starts_on, learners, seconds, views, completions)
SELECT %(organization)s, span, starts_on, SUM(learners), SUM(seconds), SUM(views), SUM(completions)
  FROM moved_spans WHERE TRUE GROUP BY span, starts_on
    ON CONFLICT (organization_id, span, starts_on) DO UPDATE
   SET learners = usage_spantotal.learners + excluded.learners, seconds = usage_spantotal.seconds + excluded.seconds,
       views = usage_spantotal.views + excluded.views, completions = usage_spantotal.completions + excluded.completions;

-- add_moved_contents --
INSERT INTO usage_contentday (organization_id, content_id, day, seconds, views, completions)
SELECT %(organization)s, content_id, day, SUM(seconds), SUM(views), SUM(completions)
  FROM moved_contents WHERE TRUE GROUP BY content_id, day
    ON CONFLICT (organization_id, content_id, day) DO UPDATE
   SET seconds = usage_contentday.seconds + excluded.seconds, views = usage_contentday.views + excluded.views,
       completions = usage_contentday.completions + excluded.completions;

-- see_people --
-- When each was last active, where that is later than what was known. Of whom a later day was known already, which
-- are most where facts come from all over a year, nothing is looked up.
UPDATE directory_standing
   SET last_activity_on = seen.day
  FROM (SELECT learner_id, MAX(day) AS day FROM parts WHERE later IS NULL GROUP BY learner_id) AS seen
 WHERE directory_standing.learner_id = seen.learner_id AND directory_standing.organization_id = %(organization)s
   AND (directory_standing.last_activity_on IS NULL OR directory_standing.last_activity_on < seen.day);

-- see_licenses --
-- The same of licenses that are or were active, and whose type opens what was used. From the parts on, one by one.
UPDATE licensing_license
   SET last_used_on = seen.day
  FROM (SELECT pool.organization_id, part.learner_id, pool.id AS pool_id, MAX(part.day) AS day
          FROM parts AS part
         CROSS JOIN gate_opener AS opener
         CROSS JOIN licensing_licensepool AS pool
         WHERE opener.content_id = part.content_id
           AND pool.organization_id = %(organization)s AND pool.license_type_id = opener.license_type_id
         GROUP BY pool.organization_id, part.learner_id, pool.id) AS seen
 WHERE licensing_license.organization_id = seen.organization_id AND licensing_license.learner_id = seen.learner_id
   AND licensing_license.pool_id = seen.pool_id AND licensing_license.was_active
   AND (licensing_license.last_used_on IS NULL OR licensing_license.last_used_on < seen.day);

-- see_pools --
-- From when on a pool's licenses were seen used.
UPDATE licensing_licensepool
   SET first_used_on = seen.day
  FROM (SELECT license.pool_id, MIN(part.day) AS day
          FROM parts AS part
         CROSS JOIN gate_opener AS opener
         CROSS JOIN licensing_licensepool AS pool
         CROSS JOIN licensing_license AS license
         WHERE opener.content_id = part.content_id
           AND pool.organization_id = %(organization)s AND pool.license_type_id = opener.license_type_id
           AND (pool.first_used_on IS NULL OR pool.first_used_on > part.day)
           AND license.organization_id = %(organization)s AND license.learner_id = part.learner_id
           AND license.pool_id = pool.id AND license.was_active
         GROUP BY license.pool_id) AS seen
 WHERE licensing_licensepool.id = seen.pool_id
   AND (licensing_licensepool.first_used_on IS NULL OR licensing_licensepool.first_used_on > seen.day);

-- lock_pools --
SELECT id FROM licensing_licensepool WHERE organization_id = %(organization)s ORDER BY id FOR UPDATE;

-- lock_books --
SELECT last_segment FROM licensing_books WHERE organization_id = %(organization)s FOR UPDATE;

-- waiting_for_people --
-- Facts that wait under a name which somebody got by these changes: from the changes on, one by one.
WITH changed AS (
  SELECT learner.id, learner.email, learner.unique_user_id
    FROM licensing_profilechange AS change
   CROSS JOIN directory_learner AS learner
   WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
     AND change.position > %(after)s AND change.position <= %(through)s AND change.group_id = 0
     AND (change.kind = 'added' OR change.to_email IS NOT NULL OR change.to_unique_user_id IS NOT NULL)
     AND learner.organization_id = change.organization_id AND learner.id = change.learner_id)
SELECT id FROM (
  SELECT waiting.id FROM changed CROSS JOIN usage_waitingfact AS waiting
   WHERE waiting.organization_id = %(organization)s AND waiting.learner = changed.email
   UNION
  SELECT waiting.id FROM changed CROSS JOIN usage_waitingfact AS waiting
   WHERE waiting.organization_id = %(organization)s AND waiting.learner = changed.unique_user_id
   UNION
  SELECT waiting.id FROM changed CROSS JOIN usage_waitingfact AS waiting
   WHERE waiting.organization_id = %(organization)s AND waiting.learner = CAST(changed.id AS text)) AS found
 WHERE id > %(last)s
 ORDER BY id LIMIT %(most)s
