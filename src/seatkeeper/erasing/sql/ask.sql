-- add_people --
-- Row count = people.
INSERT INTO erasing_deletionperson (organization_id, deletion_id, learner_id)
SELECT %(organization)s, %(deletion)s, selected.id FROM ({selection}) AS selected WHERE true

-- forget_people --
DELETE FROM erasing_deletionperson WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s

-- forget_problems --
DELETE FROM erasing_deletionproblem WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s

-- add_people_of_lines --
-- People whom lines name by address and id, both. Row count = people.
INSERT INTO erasing_deletionperson (organization_id, deletion_id, learner_id, line)
SELECT %(organization)s, %(deletion)s, learner.id, MIN(incoming.line)
  FROM leaving AS incoming
  JOIN directory_learner AS learner
    ON learner.organization_id = %(organization)s AND learner.email = incoming.email
   AND learner.unique_user_id = incoming.unique_id
 GROUP BY learner.id
ON CONFLICT DO NOTHING

-- report_lines --
-- Lines that do not name somebody so, and those that name somebody again. Row count = lines.
INSERT INTO erasing_deletionproblem (organization_id, deletion_id, line, email, unique_id, "column", code, detail)
SELECT %(organization)s, %(deletion)s, line, email, unique_id,
       CASE code WHEN 'EMAIL' THEN %(email_column)s WHEN 'UNIQUE_USER_ID' THEN %(id_column)s ELSE '' END, code,
       CASE code WHEN 'EMAIL' THEN email WHEN 'UNIQUE_USER_ID' THEN unique_id
                 WHEN 'SAME_AS_LINE' THEN CAST(first_line AS text) ELSE email || ', ' || unique_id END
  FROM (SELECT incoming.line, incoming.email, incoming.unique_id, person.line AS first_line,
               CASE WHEN by_email.id IS NULL THEN 'EMAIL'
                    WHEN by_id.id IS NULL THEN 'UNIQUE_USER_ID'
                    WHEN by_email.id <> by_id.id THEN 'IDENTITY_CONFLICT'
                    WHEN person.line <> incoming.line THEN 'SAME_AS_LINE' END AS code
          FROM leaving AS incoming
          LEFT JOIN directory_learner AS by_email
            ON by_email.organization_id = %(organization)s AND by_email.email = incoming.email
          LEFT JOIN directory_learner AS by_id
            ON by_id.organization_id = %(organization)s AND by_id.unique_user_id = incoming.unique_id
          LEFT JOIN erasing_deletionperson AS person
            ON person.organization_id = %(organization)s AND person.deletion_id = %(deletion)s
           AND person.learner_id = by_email.id) AS judged
 WHERE code IS NOT NULL
