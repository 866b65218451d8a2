-- Gives positions to rows that have none. Found by their range in the index of those that wait, whatever joins them: what waits behind this
-- flush is not read. A row that waited over midnight moves to the day of its position. Answers those that are still there.
UPDATE events AS event
SET position = new.position, day = seat.last_day, payload = coalesce(new.payload::jsonb, event.payload)
FROM event_partitions AS seat, unnest($2::bigint[], $3::bigint[], $4::text[]) AS new (seq, position, payload)
WHERE seat.id = $1
  AND event.partition = $1 AND event.position IS NULL AND event.seq BETWEEN $5 AND $6 AND event.day >= $7
  AND event.seq = new.seq
RETURNING event.position
