-- know_statements --
-- Of what was sent, what was not known before. In the order of their ids, so that two requests with the same ones
-- do not wait for each other. Row count = new statements.
INSERT INTO usage_statement (organization_id, statement_id, digest, verb, stored_at)
SELECT %(organization)s, {statement_id}, digest, verb, %(now)s
  FROM sent WHERE true
 ORDER BY statement_id
    ON CONFLICT (organization_id, statement_id) DO NOTHING

-- conflicting_statement --
-- One that was sent and has the id of another one that is known.
SELECT sent.statement_id
  FROM sent
  JOIN usage_statement AS known ON known.organization_id = %(organization)s AND known.statement_id = {statement_id}
 WHERE known.digest <> sent.digest
 LIMIT 1
