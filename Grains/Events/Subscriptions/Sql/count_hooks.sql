SELECT count(*)
FROM grain_state
WHERE service_id = 'buildify' AND kind = 'event_subscription' AND split_part(key, '/', 1) = $1 AND payload IS NOT NULL
    AND payload -> 'removed' IS DISTINCT FROM 'true'
