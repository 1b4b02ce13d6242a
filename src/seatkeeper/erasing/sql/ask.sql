-- add_people --
-- Row count = people.
INSERT INTO erasing_deletionperson (organization_id, deletion_id, learner_id)
SELECT %(organization)s, %(deletion)s, selected.id FROM ({selection}) AS selected WHERE true

-- forget_people --
DELETE FROM erasing_deletionperson WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s

-- forget_problems --
DELETE FROM erasing_deletionproblem WHERE organization_id = %(organization)s AND deletion_id = %(deletion)s
