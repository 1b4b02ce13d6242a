-- load_openings --
-- What one file noted, put together with what the day has already. Row count = learners and contents of it.
INSERT INTO gate_opening (organization_id, learner_id, content_id, day, first_at, last_at)
SELECT opened.organization_id, opened.learner_id, opened.content_id,
       {day}, {first_at}, {last_at}
  FROM opened
 WHERE EXISTS (SELECT 1 FROM gate_content AS content
                WHERE content.organization_id = opened.organization_id AND content.id = opened.content_id)
   AND EXISTS (SELECT 1 FROM directory_learner AS learner
                WHERE learner.organization_id = opened.organization_id AND learner.id = opened.learner_id)
 GROUP BY opened.organization_id, opened.learner_id, opened.content_id, {day}
    ON CONFLICT (organization_id, learner_id, content_id, day) DO UPDATE
   SET first_at = CASE WHEN excluded.first_at < gate_opening.first_at THEN excluded.first_at ELSE gate_opening.first_at END,
       last_at = CASE WHEN excluded.last_at > gate_opening.last_at THEN excluded.last_at ELSE gate_opening.last_at END
