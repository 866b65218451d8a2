-- A reader that has been replaced may still save what it delivered: no position goes back.
INSERT INTO event_readers (partition, position)
SELECT partition, position FROM unnest(@partitions::smallint[], @positions::bigint[]) AS delivered (partition, position)
ON CONFLICT (partition) DO UPDATE SET position = excluded.position, updated_at = now()
    WHERE event_readers.position < excluded.position
