UPDATE tasks SET cancel_requested = TRUE WHERE id = ANY ($1)
