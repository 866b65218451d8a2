#!/usr/bin/env bash
# One round of other task queues and of ours on one machine, and both as one table:
#
#   bench/peers.sh FOLDER [ROUNDS]
#
# FOLDER holds the peers' programs (bench/README.md says which they are and how they are set up); they keep their own data and servers there.
# Sizes by environment, with the peers' names for them: N_DRAIN, N_CONC, ENQ_S, LAT_S, QUIET_WAIT_S, ONLY="celery graphile pgboss bullmq".
# Ours are those of `bench tasks`; OURS="tasks.drain" measures only these, OURS=FILE takes the lines that an earlier run of the bench left there,
# QUICK=1 is only to see that all of it runs.
set -euo pipefail

peers=${1:?"bench/peers.sh FOLDER [ROUNDS]"}
rounds=${2:-3}
bench=$(cd "$(dirname "$0")" && pwd)
peers=$(cd "$peers" && pwd)
work=$(mktemp -d)
trap '"$peers/lib/servers.sh" stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

# The peers append; what an earlier day measured is none of this table's.
mkdir -p "$peers/results"
lines=$peers/results/all.jsonl
before=$( [ -f "$lines" ] && wc -l <"$lines" || echo 0 )

"$peers/lib/servers.sh" start
for round in $(seq "$rounds"); do
    ROUND=$round ONLY=${ONLY:-celery graphile pgboss bullmq} "$peers/run-all.sh" >&2
done
"$peers/lib/servers.sh" stop
tail -n "+$((before + 1))" "$lines" >"$work/peers.jsonl"

ours=${OURS:-tasks.}
if [ -f "$ours" ]; then
    cp "$ours" "$work/ours.jsonl"
else
    dotnet run -c Release --project "$bench" -- ${QUICK:+--quick} "$ours" | tee "$work/ours.jsonl" >&2
fi
python3 "$bench/peers.py" "$work/ours.jsonl" "$work/peers.jsonl"
