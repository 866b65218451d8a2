-- One row where the task was completed, none where it was not. Locks nothing.
SELECT result FROM find_completion($1)
