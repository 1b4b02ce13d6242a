-- next_people --
-- The last of the next %(rows)s people of a deletion, or null; and how many they are.
SELECT MAX(learner_id), COUNT(*) FROM (
  SELECT learner_id FROM erasing_deletionperson
   WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND learner_id > %(after)s
   ORDER BY learner_id LIMIT %(rows)s) AS next_people

-- people --
-- A piece of the statements below: the people of one chunk.
SELECT person.learner_id FROM erasing_deletionperson AS person
 WHERE person.organization_id = %(organization)s AND person.deletion_id = %(deletion)s
   AND person.learner_id > %(after)s AND person.learner_id <= %(through)s

-- have_licenses --
-- Whether somebody of the chunk has one.
SELECT EXISTS (SELECT 1 FROM licensing_license
                WHERE organization_id = %(organization)s AND status > 0 AND learner_id IN ({people}))

-- lock_pools --
-- Every writer of licenses locks its pool first: nobody gives a license to somebody who is about to go.
SELECT id FROM licensing_licensepool WHERE organization_id = %(organization)s ORDER BY id FOR UPDATE

-- note_addresses --
-- Those that people of the chunk have and had, except where they are somebody else's by now. Row count = addresses.
INSERT INTO erasing_deletionkey (organization_id, deletion_id, kind, text)
SELECT %(organization)s, %(deletion)s, 'address', LOWER(had.text)
  FROM (SELECT email AS text FROM directory_learner WHERE organization_id = %(organization)s AND id IN ({people})
        UNION
        SELECT from_email FROM licensing_profilechange
         WHERE organization_id = %(organization)s AND learner_id IN ({people}) AND from_email IS NOT NULL
        UNION
        SELECT to_email FROM licensing_profilechange
         WHERE organization_id = %(organization)s AND learner_id IN ({people}) AND to_email IS NOT NULL) AS had
 WHERE NOT EXISTS (SELECT 1 FROM directory_learner AS other
                    WHERE other.organization_id = %(organization)s AND other.email = had.text AND {stays})
ON CONFLICT DO NOTHING

-- note_ids --
-- The same for ids.
INSERT INTO erasing_deletionkey (organization_id, deletion_id, kind, text)
SELECT %(organization)s, %(deletion)s, 'id', had.text
  FROM (SELECT unique_user_id AS text FROM directory_learner
         WHERE organization_id = %(organization)s AND id IN ({people}) AND unique_user_id IS NOT NULL
        UNION
        SELECT from_unique_user_id FROM licensing_profilechange
         WHERE organization_id = %(organization)s AND learner_id IN ({people}) AND from_unique_user_id IS NOT NULL
        UNION
        SELECT to_unique_user_id FROM licensing_profilechange
         WHERE organization_id = %(organization)s AND learner_id IN ({people}) AND to_unique_user_id IS NOT NULL) AS had
 WHERE NOT EXISTS (SELECT 1 FROM directory_learner AS other
                    WHERE other.organization_id = %(organization)s AND other.unique_user_id = had.text AND {stays})
ON CONFLICT DO NOTHING

-- note_names --
-- First and last name, as they are and as they were.
INSERT INTO erasing_deletionkey (organization_id, deletion_id, kind, text)
SELECT %(organization)s, %(deletion)s, 'name', TRIM(had.first_name) || ' ' || TRIM(had.last_name)
  FROM (SELECT attributes ->> 'preferred_first_name' AS first_name, attributes ->> 'preferred_last_name' AS last_name
          FROM directory_learner WHERE organization_id = %(organization)s AND id IN ({people})
        UNION
        SELECT COALESCE(change.before ->> 'preferred_first_name', learner.attributes ->> 'preferred_first_name'),
               COALESCE(change.before ->> 'preferred_last_name', learner.attributes ->> 'preferred_last_name')
          FROM licensing_profilechange AS change
          LEFT JOIN directory_learner AS learner
            ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
         WHERE change.organization_id = %(organization)s AND change.learner_id IN ({people})
        UNION
        SELECT COALESCE(change.after ->> 'preferred_first_name', learner.attributes ->> 'preferred_first_name'),
               COALESCE(change.after ->> 'preferred_last_name', learner.attributes ->> 'preferred_last_name')
          FROM licensing_profilechange AS change
          LEFT JOIN directory_learner AS learner
            ON learner.organization_id = change.organization_id AND learner.id = change.learner_id
         WHERE change.organization_id = %(organization)s AND change.learner_id IN ({people})) AS had
 WHERE TRIM(had.first_name) <> '' AND TRIM(had.last_name) <> ''
ON CONFLICT DO NOTHING

-- stays --
-- A piece of the two above: whether `other` is not among those who are erased.
NOT EXISTS (SELECT 1 FROM erasing_deletionperson AS leaver
             WHERE leaver.organization_id = %(organization)s AND leaver.deletion_id = %(deletion)s
               AND leaver.learner_id = other.id)

-- codes_of_people --
-- By which their search entries name values that filters ask for.
SELECT codes FROM directory_searchentry WHERE learner_id IN ({people}) AND codes <> ''

-- blank_profile_changes --
-- The changes stay, as their segments count them, and say nothing any more. Row count = changes.
UPDATE licensing_profilechange
   SET from_email = NULL, to_email = NULL, from_unique_user_id = NULL, to_unique_user_id = NULL, before = '{}', after = '{}'
 WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_licenses --
-- All of them have ended: the ledger alone goes on to know of them.
DELETE FROM licensing_license WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_invitations --
DELETE FROM invitations_invitation WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_refusals_of_reminders --
DELETE FROM invitations_noreminders WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_memberships --
DELETE FROM directory_groupmember WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_standings --
DELETE FROM directory_standing WHERE organization_id = %(organization)s AND learner_id IN ({people})

-- delete_learners --
-- Row count = people erased.
DELETE FROM directory_learner WHERE organization_id = %(organization)s AND id IN ({people})

-- note_erased --
-- Row count = people who were not noted before.
INSERT INTO directory_erasedlearner (learner_id, organization_id, erased_at)
SELECT person.learner_id, person.organization_id, %(now)s
  FROM erasing_deletionperson AS person
 WHERE person.organization_id = %(organization)s AND person.deletion_id = %(deletion)s
   AND person.learner_id > %(after)s AND person.learner_id <= %(through)s
ON CONFLICT DO NOTHING

-- blank_lines --
-- Staged lines of files about them; such as are about new people are theirs only once the file has ended.
UPDATE uploads_uploadline
   SET email = NULL, unique_user_id = NULL, patch = NULL, detail = NULL
 WHERE organization_id = %(organization)s
   AND (learner_id IN (SELECT learner_id FROM erasing_deletionperson
                        WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s)
        OR ((email IN (SELECT text FROM erasing_deletionkey
                        WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'address')
             OR unique_user_id IN (SELECT text FROM erasing_deletionkey
                                    WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'id'))
            AND operation_id IN (SELECT number FROM licensing_operation
                                  WHERE organization_id = %(organization)s AND status IN ('done', 'cancelled', 'lapsed'))))

-- delete_mails --
-- To them; what others were sent is looked through for their names. Row count = mails.
DELETE FROM notices_mail
 WHERE (organization_id = %(organization)s
        AND learner_id IN (SELECT learner_id FROM erasing_deletionperson
                            WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s))
    OR ((organization_id = %(organization)s OR organization_id IS NULL)
        AND LOWER(recipient) IN (SELECT text FROM erasing_deletionkey
                              WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'address')
        AND NOT EXISTS (SELECT 1 FROM accounts_account WHERE email = LOWER(recipient)))

-- delete_joinings --
-- Addresses of theirs that asked to join. Row count = addresses.
DELETE FROM invitations_joining
 WHERE organization_id = %(organization)s
   AND email IN (SELECT text FROM erasing_deletionkey
                  WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'address')

-- delete_waiting_facts --
-- Usage told of them by a name under which nobody was known. Row count = facts.
DELETE FROM usage_waitingfact
 WHERE organization_id = %(organization)s
   AND learner IN (SELECT text FROM erasing_deletionkey
                    WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind IN ('address', 'id'))

-- blank_profile_changes_again --
-- Such as a file that was being planned meanwhile had still found them by.
UPDATE licensing_profilechange
   SET from_email = NULL, to_email = NULL, from_unique_user_id = NULL, to_unique_user_id = NULL, before = '{}', after = '{}'
 WHERE organization_id = %(organization)s
   AND learner_id IN (SELECT learner_id FROM erasing_deletionperson
                       WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s)
   AND (to_email IS NOT NULL OR from_email IS NOT NULL OR to_unique_user_id IS NOT NULL OR from_unique_user_id IS NOT NULL
        OR before <> '{}' OR after <> '{}')

-- add_former_numbers --
-- Of people who are in the directory no more and had one of the addresses, and of profiles merged into theirs. Row count = numbers.
INSERT INTO erasing_deletionperson (organization_id, deletion_id, learner_id)
SELECT DISTINCT change.organization_id, %(deletion)s, change.learner_id
  FROM licensing_profilechange AS change
  JOIN licensing_operation AS operation
    ON operation.organization_id = change.organization_id AND operation.number = change.operation_id
 WHERE change.organization_id = %(organization)s AND operation.status IN ('done', 'cancelled', 'lapsed')
   AND (change.to_email IN (SELECT text FROM erasing_deletionkey
                             WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'address')
        OR change.from_email IN (SELECT text FROM erasing_deletionkey
                                  WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s AND kind = 'address'))
   AND NOT EXISTS (SELECT 1 FROM directory_learner AS learner WHERE learner.id = change.learner_id)
UNION
SELECT merged.organization_id, %(deletion)s, merged.learner_id
  FROM licensing_mergedprofile AS merged
 WHERE merged.organization_id = %(organization)s AND merged.stands
   AND merged.into_id IN (SELECT learner_id FROM erasing_deletionperson
                           WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s)
ON CONFLICT DO NOTHING

-- add_merged_numbers --
-- Of profiles that were merged into theirs. Row count = numbers.
INSERT INTO erasing_deletionperson (organization_id, deletion_id, learner_id)
SELECT DISTINCT merged.organization_id, %(deletion)s, merged.learner_id
  FROM licensing_mergedprofile AS merged
 WHERE merged.organization_id = %(organization)s AND merged.stands
   AND merged.into_id IN (SELECT learner_id FROM erasing_deletionperson
                           WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s)
   AND NOT EXISTS (SELECT 1 FROM directory_learner AS learner WHERE learner.id = merged.learner_id)
ON CONFLICT DO NOTHING
