-- put_claim --
-- A claim with the pool's next number, in place of one that ended or that asked. Row count = 1.
INSERT INTO licensing_claim
       (organization_id, pool_id, learner_id, kind, number, since, lapses, reason, ended_by)
VALUES (%(organization)s, %(pool)s, %(learner)s, %(kind)s, %(number)s, %(now)s, 0, %(reason)s, 0)
ON CONFLICT (organization_id, pool_id, learner_id) DO UPDATE
   SET kind = excluded.kind, number = excluded.number, since = excluded.since, expires_at = NULL, lapses = 0,
       reason = excluded.reason, ended_by = 0

-- offer_to_first --
-- To the first %(seats)s who wait and are not suspended. Row count = offers.
UPDATE licensing_claim
   SET kind = 'offer', since = %(now)s, expires_at = %(expires)s
 WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'waiting'
   AND learner_id IN (
     SELECT claim.learner_id FROM licensing_claim AS claim
      WHERE claim.organization_id = %(organization)s AND claim.pool_id = %(pool)s AND claim.ended_by = 0
        AND claim.kind = 'waiting' AND NOT {is_suspended}
      ORDER BY claim.number LIMIT %(seats)s)

-- is_suspended --
-- A piece of the one above and of the one of pools: whose `claim` keeps its place, and is passed over.
EXISTS (SELECT 1 FROM directory_learner AS learner
         WHERE learner.organization_id = claim.organization_id AND learner.id = claim.learner_id
           AND learner.suspended_at IS NOT NULL)

-- pass_on --
-- Whose offer lapsed waits again, behind all others, those who lapsed in their order. Row count = claims.
UPDATE licensing_claim
   SET kind = 'waiting', number = %(last)s + lapsed.place, since = %(now)s, expires_at = NULL,
       lapses = licensing_claim.lapses + 1
  FROM (SELECT learner_id, ROW_NUMBER() OVER (ORDER BY number) AS place
          FROM licensing_claim
         WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'offer'
           AND expires_at <= %(now)s) AS lapsed
 WHERE licensing_claim.organization_id = %(organization)s AND licensing_claim.pool_id = %(pool)s
   AND licensing_claim.learner_id = lapsed.learner_id

-- take_offers_back --
-- The last %(offers)s, where the pool has fewer seats than are taken and held: they wait again where they were.
-- Row count = offers.
UPDATE licensing_claim
   SET kind = 'waiting', since = %(now)s, expires_at = NULL
 WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'offer'
   AND learner_id IN (
     SELECT learner_id FROM licensing_claim
      WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'offer'
      ORDER BY number DESC LIMIT %(offers)s)

-- pools_to_settle --
-- Where an offer has lapsed, somebody waits for a seat that is free, or offers hold more than there is.
SELECT pool.organization_id, pool.id
  FROM licensing_licensepool AS pool
 WHERE (pool.seats_held > 0
        AND (pool.seats_in_force < pool.seats_taken + pool.seats_held
             OR EXISTS (SELECT 1 FROM licensing_claim AS claim
                         WHERE claim.organization_id = pool.organization_id AND claim.pool_id = pool.id
                           AND claim.ended_by = 0 AND claim.kind = 'offer' AND claim.expires_at <= %(now)s)))
    OR (pool.seats_in_force > pool.seats_taken + pool.seats_held
        AND EXISTS (SELECT 1 FROM licensing_claim AS claim
                     WHERE claim.organization_id = pool.organization_id AND claim.pool_id = pool.id
                       AND claim.ended_by = 0 AND claim.kind = 'waiting' AND NOT {is_suspended}))
 ORDER BY pool.organization_id, pool.id

-- queue_claim_mails --
-- A mail to each learner of these claims. Row count = mails.
INSERT INTO notices_mail
       (organization_id, kind, recipient, subject, text, html, facts, learner_id, message_id, state,
        created_at, due_at, rank, attempts, lease, trouble)
SELECT learner.organization_id, 'claim', learner.email, '', '', '', {facts}, learner.id,
       %(key)s || CAST(learner.id AS text) || %(domain)s, %(state)s, %(now)s, %(now)s, 1, 0, '', ''
  FROM licensing_claim AS claim
  JOIN directory_learner AS learner ON learner.organization_id = claim.organization_id AND learner.id = claim.learner_id
 WHERE claim.organization_id = %(organization)s AND claim.pool_id = %(pool)s AND {which}
ON CONFLICT (message_id) DO NOTHING

-- approve_waiting --
-- Requests that find no seat become places at the end, in the order in which they were made. Row count = claims.
UPDATE licensing_claim
   SET kind = 'waiting', number = %(last)s + asked.place, since = %(now)s
  FROM (SELECT learner_id, ROW_NUMBER() OVER (ORDER BY number) AS place
          FROM licensing_claim
         WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'request'
           AND learner_id IN ({people})) AS asked
 WHERE licensing_claim.organization_id = %(organization)s AND licensing_claim.pool_id = %(pool)s
   AND licensing_claim.learner_id = asked.learner_id

-- remove_requests --
-- Row count = claims.
DELETE FROM licensing_claim
 WHERE organization_id = %(organization)s AND pool_id = %(pool)s AND ended_by = 0 AND kind = 'request'
   AND learner_id IN ({people})
