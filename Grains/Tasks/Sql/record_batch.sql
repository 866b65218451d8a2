-- That the request's key was used, in the transaction of its effect; as the outbox of a document is emptied.
SELECT empty_outbox(jsonb_build_object('idempotency', jsonb_build_array($1::jsonb)))
