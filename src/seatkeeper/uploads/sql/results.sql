-- outcomes --
-- Everything that is to be said of the lines (after, through]: line, rank, code, detail.
-- The lowest rank of a line is its status; see `results.RANKS`.
SELECT line, 0 AS rank, code, detail, "column" FROM uploads_uploadproblem
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s
UNION ALL
SELECT line, CASE verdict WHEN 3 THEN 1 ELSE 8 END, CASE verdict WHEN 3 THEN 'NEW_PERSON' ELSE 'SAME_AS_LINE' END, detail, ''
  FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s AND verdict IN (2, 3)
UNION ALL
SELECT position & %(ordinals)s, 1, reason, CAST(by_operation_id AS text), '' FROM licensing_skipped
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND ({positions})
UNION ALL
SELECT change.position - %(free)s, 2, NULL, NULL, '' FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(free)s + %(after)s AND change.position <= %(free)s + %(through)s AND {license_not_skipped}
UNION ALL
SELECT change.position - %(move)s, 3, NULL, NULL, '' FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(move)s + %(after)s AND change.position <= %(move)s + %(through)s AND {license_not_skipped}
UNION ALL
SELECT change.position - %(take)s, CASE change.to_status WHEN 2 THEN 4 ELSE 5 END, NULL, NULL, ''
  FROM licensing_licensechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(take)s + %(after)s AND change.position <= %(take)s + %(through)s AND {license_not_skipped}
UNION ALL
SELECT change.position - %(people)s, CASE change.kind WHEN 'added' THEN 6 ELSE 7 END, NULL, NULL, ''
  FROM licensing_profilechange AS change
 WHERE change.organization_id = %(organization)s AND change.operation_id = %(operation)s
   AND change.position > %(people)s + %(after)s AND change.position <= %(people)s + %(through)s AND {person_not_skipped}

-- lines_of_new_people --
SELECT line FROM uploads_uploadline
 WHERE organization_id = %(organization)s AND operation_id = %(operation)s
   AND line > %(after)s AND line <= %(through)s AND verdict = 0 AND is_new
