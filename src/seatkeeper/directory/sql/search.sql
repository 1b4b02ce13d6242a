-- index_entries --
-- SQLite. Put entries into the index.
INSERT INTO directory_searchindex (rowid, text)
SELECT learner_id, text FROM directory_searchentry WHERE learner_id IN ({learners})

-- unindex_entries --
-- SQLite. Take entries out of the index, while they still have the text they were put in with.
INSERT INTO directory_searchindex (directory_searchindex, rowid, text)
SELECT 'delete', learner_id, text FROM directory_searchentry WHERE learner_id IN ({learners})

-- index_values --
-- SQLite. The same for the codes of values.
INSERT INTO directory_valueindex (rowid, codes)
SELECT learner_id, codes FROM directory_searchentry WHERE learner_id IN ({learners})

-- unindex_values --
-- SQLite.
INSERT INTO directory_valueindex (directory_valueindex, rowid, codes)
SELECT 'delete', learner_id, codes FROM directory_searchentry WHERE learner_id IN ({learners})

-- change_entries --
-- SQLite. `entries` is a JSON list of lists: learner, organization, text, name, codes.
UPDATE directory_searchentry
   SET text = json_extract(fresh.value, '$[2]'), name = json_extract(fresh.value, '$[3]'),
       codes = json_extract(fresh.value, '$[4]')
  FROM json_each(%(entries)s) AS fresh
 WHERE directory_searchentry.learner_id = json_extract(fresh.value, '$[0]')

-- change_entries_by_arrays --
-- PostgreSQL.
UPDATE directory_searchentry SET text = fresh.text, name = fresh.name, codes = fresh.codes
  FROM unnest(%(learners)s::bigint[], %(texts)s::text[], %(names)s::text[], %(codes)s::text[])
       AS fresh(learner_id, text, name, codes)
 WHERE directory_searchentry.learner_id = fresh.learner_id

-- remove_entries --
-- Both. Row count = entries removed.
DELETE FROM directory_searchentry WHERE learner_id IN ({learners})

-- first_hits --
-- SQLite. The index gives entries that may fit, in order; a look at their texts decides.
SELECT entry.learner_id
  FROM directory_searchindex
 CROSS JOIN directory_searchentry AS entry ON entry.learner_id = directory_searchindex.rowid
 WHERE directory_searchindex MATCH %(groups)s AND directory_searchindex.rowid BETWEEN %(first)s AND %(last)s
   AND entry.organization_id = %(organization)s AND {holds_terms}
 ORDER BY directory_searchindex.rowid LIMIT %(limit)s

-- first_hits_in_window --
-- PostgreSQL. Looks through the first learners only, without the index.
SELECT learner_id
  FROM (SELECT learner_id, text FROM directory_searchentry
         WHERE organization_id = %(organization)s AND learner_id BETWEEN %(first)s AND %(last)s
         ORDER BY learner_id LIMIT %(window)s) AS first_learners
 WHERE {holds_terms}
 ORDER BY learner_id LIMIT %(limit)s

-- hits_by_index --
-- PostgreSQL. The cast matters: the index's first column would not be used with an int.
SELECT learner_id FROM directory_searchentry
 WHERE organization_id = %(organization)s::bigint{like} AND {holds_terms}
 LIMIT %(limit)s

-- unused_codes --
-- SQLite. Of `codes`, a JSON list of texts, those that no entry holds.
SELECT code.value FROM json_each(%(codes)s) AS code
 WHERE NOT EXISTS (SELECT 1 FROM directory_valueindex WHERE directory_valueindex MATCH '"' || code.value || '"')

-- unused_codes_by_array --
-- PostgreSQL.
SELECT code FROM unnest(%(codes)s::text[]) AS code
 WHERE NOT EXISTS (SELECT 1 FROM directory_searchentry WHERE string_to_array(codes, ' ') @> ARRAY[code])
