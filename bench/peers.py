"""Prints ours and the peers' figures as one Markdown table: peers.py OURS.jsonl PEERS.jsonl

Each peer's figure is the median of its rounds, and stands beside ours with the same work. The ratio says how many times better ours is, so
that of a latency is the peer's by ours.
"""
import collections
import json
import statistics
import sys

# (what is compared, unit, ours, the peers' name of it). Ours keep results where a peer does; the drains without are for those that do not.
ROWS = [
    ("enqueue one by one, 1 in flight", "tasks/s", "tasks.enqueue_single.1", "enqueue_single_w1"),
    ("enqueue one by one, 16 in flight", "tasks/s", "tasks.enqueue_single.16", "enqueue_single_w16"),
    ("enqueue by 500", "tasks/s", "tasks.enqueue_batch.1", "enqueue_bulk500"),
    ("drain, results kept", "tasks/s", "tasks.drain.result.100000", "drain_2proc"),
    ("drain, nothing kept", "tasks/s", "tasks.drain.nothing.100000", "drain_2proc"),
    ("enqueue while processing, results kept", "tasks/s", "tasks.concurrent.result", "concurrent_2proc"),
    ("latency at 50/s, p50", "ms", "tasks.latency.p50", "latency_p50"),
    ("latency at 50/s, p99", "ms", "tasks.latency.p99", "latency_p99"),
]


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.startswith("{")]


def amount(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def main(ours_path, peers_path):
    ours = {line["figure"]: line["median"] for line in read(ours_path) if "figure" in line}
    # A quick run drains fewer, and has another name for it.
    for kind in ("result", "nothing"):
        drains = [name for name in ours if name.startswith(f"tasks.drain.{kind}.") and not name.endswith(".1kb")]
        if drains:
            ours.setdefault(f"tasks.drain.{kind}.100000", ours[max(drains, key=lambda name: int(name.split(".")[3]))])

    peers = collections.OrderedDict()
    runs = collections.defaultdict(list)
    for line in read(peers_path):
        name = " ".join(part for part in (line["peer"], line.get("variant", "")) if part)
        peers[name] = line.get("version", "")
        runs[name, line["figure"]].append(line["value"])

    print("| | unit | ours | peer | theirs | ours by theirs | rounds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for what, unit, mine, theirs in ROWS:
        for peer, version in peers.items():
            values = runs.get((peer, theirs))
            if not values:
                continue
            median = statistics.median(values)
            value = ours.get(mine)
            ratio = "" if value is None else f"{median / value if unit == 'ms' else value / median:.1f}"
            print(f"| {what} | {unit} | {'not measured' if value is None else amount(value)} | {peer} {version} | {amount(median)} | {ratio} | {len(values)} |")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
