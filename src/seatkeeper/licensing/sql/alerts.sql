-- pools_beyond_alerts --
-- Pools that rose to one of their alerts, or fell below one, since that was noted. Of all organizations.
SELECT DISTINCT alert.organization_id, alert.pool_id
  FROM licensing_poolalert AS alert
  JOIN licensing_licensepool AS pool ON pool.organization_id = alert.organization_id AND pool.id = alert.pool_id
 WHERE alert.is_reached <> (pool.seats_taken + pool.seats_held > 0
                            AND (pool.seats_taken + pool.seats_held) * 100 >= alert.percent * pool.seats_in_force)
 ORDER BY alert.organization_id, alert.pool_id
