-- No more than are looked for: who is further behind does not care by how much.
SELECT count(*)
FROM (SELECT FROM events
      WHERE tenant_id = $2 AND position > $3 AND starts_with(event_type, $4) AND ($5 IS NULL OR event_type || '.' ~ $5)
          AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = $1 AND first_position <= $3 + 1)
      ORDER BY position
      LIMIT $6) AS found
