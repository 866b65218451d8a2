-- In the handler's own transaction. It waits only for another run of the same task that has written its row and not ended yet.
SELECT complete_task($1, $2, $3)
