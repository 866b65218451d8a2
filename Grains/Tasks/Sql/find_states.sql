-- How some tasks stand, for those who sent them a second time.
SELECT id, state FROM task_list WHERE id = ANY ($1)
