-- All that a subscription has to write, or nothing where another activation has taken the cursor: each part asks whether the first found its
-- row. $7 and behind are columns of rows.
WITH mine AS (
    UPDATE event_cursors AS cursor
    SET position = $4, delivered = cursor.delivered + $5, failing_since = $6, replay_until = nullif(greatest(replay_until, $4), $4),
        last_error = coalesce($7, last_error), last_error_at = coalesce($8, last_error_at)
    WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
    RETURNING tenant_id, subscription
), removed AS (
    DELETE FROM event_retries AS retry
    USING mine
    WHERE retry.tenant_id = mine.tenant_id AND retry.subscription = mine.subscription AND retry.position = ANY ($9)
), kept AS (
    INSERT INTO event_retries AS retry (tenant_id, subscription, position, ordering_key, attempts, next_at, last_error)
    SELECT mine.tenant_id, mine.subscription, wanted.position, wanted.ordering_key, wanted.attempts, wanted.next_at, wanted.last_error
    FROM mine, unnest($10::bigint[], $11::text[], $12::int[], $13::timestamptz[], $14::text[])
        AS wanted (position, ordering_key, attempts, next_at, last_error)
    ON CONFLICT (tenant_id, subscription, position) DO UPDATE
        SET attempts = excluded.attempts, next_at = excluded.next_at, last_error = excluded.last_error
), parked AS (
    INSERT INTO event_dead_letters AS dead (tenant_id, subscription, position, event_id, ordering_key, event, attempts, last_error, stops_key)
    SELECT mine.tenant_id, mine.subscription, wanted.position, wanted.event_id, wanted.ordering_key, wanted.event::json, wanted.attempts,
           wanted.last_error, wanted.stops_key
    FROM mine, unnest($15::bigint[], $16::text[], $17::text[], $18::text[], $19::int[], $20::text[], $21::boolean[])
        AS wanted (position, event_id, ordering_key, event, attempts, last_error, stops_key)
    ON CONFLICT (tenant_id, subscription, position) DO UPDATE
        SET attempts = excluded.attempts, last_error = excluded.last_error, stops_key = excluded.stops_key, parked_at = now()
), tried AS (
    INSERT INTO event_attempts (tenant_id, subscription, day, at, event_id, event_type, attempt, status, duration_ms, answer, error)
    SELECT mine.tenant_id, mine.subscription, (wanted.at AT TIME ZONE 'UTC')::date, wanted.at, wanted.event_id, wanted.event_type, wanted.attempt,
           wanted.status, wanted.duration_ms, wanted.answer, wanted.error
    FROM mine, unnest($22::timestamptz[], $23::text[], $24::text[], $25::int[], $26::int[], $27::int[], $28::text[], $29::text[])
        AS wanted (at, event_id, event_type, attempt, status, duration_ms, answer, error)
)
SELECT count(*) FROM mine
