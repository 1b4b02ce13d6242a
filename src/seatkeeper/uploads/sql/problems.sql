-- count_by_code --
-- Lines with each problem, and the most frequent first.
SELECT code, COUNT(DISTINCT line) FROM uploads_uploadproblem
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
 GROUP BY code ORDER BY 2 DESC, 1

-- first_lines_by_code --
-- The first few lines with each problem.
SELECT code, line
  FROM (SELECT code, line, ROW_NUMBER() OVER (PARTITION BY code ORDER BY line) AS place
          FROM (SELECT DISTINCT code, line FROM uploads_uploadproblem
                 WHERE organization_id = %(organization)s AND operation_id = %(operation)s) AS lines) AS ranked
 WHERE place <= %(lines)s ORDER BY code, line
