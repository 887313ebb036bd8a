#!/usr/bin/env bash
# Runs mishark and the article's Python over the same generated capture and
# prints both side by side: medians of wall time, processor time and memory.
#
#   benches/compare.sh [SIZE] [--runs N] [--big]
#
# SIZE is 100MB if not given. --big also lists and decrypts a capture of 1 GB
# and tells what of it is resident. Needs cargo and python3; pycryptodome goes
# into an environment of its own, in a folder that is removed at the end.
set -euo pipefail

size=100MB runs=5 big=
while [ $# -gt 0 ]; do
    case $1 in
    --runs) runs=$2 && shift ;;
    --big) big=1 ;;
    -*) echo "$1 is no option here; see the head of $0" >&2 && exit 2 ;;
    *) size=$1 ;;
    esac
    shift
done

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --release --locked --bin mishark --example generate_capture
built=${CARGO_TARGET_DIR:-target}/release
mishark=$built/mishark
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycryptodome
python=$work/venv/bin/python

# GNU time tells the peak of memory; where it is missing, Python does, which
# counts at least itself.
if /usr/bin/time -f %M true 2>/dev/null; then
    peak=(/usr/bin/time -o "$work/peak" -f %M)
else
    cat >"$work/peak.py" <<'PYTHON'
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(str(peak // (1024 if sys.platform == "darwin" else 1)))
sys.exit(status)
PYTHON
    peak=(python3 "$work/peak.py" "$work/peak")
fi

# measure NAME COMMAND...: appends a line to the results, times in seconds and
# memory in KB.
measure() {
    local name=$1 times
    shift
    TIMEFORMAT='%R %U %S'
    times=$({ time "${peak[@]}" "$@" >"$work/out" 2>"$work/err"; } 2>&1) || {
        cat "$work/err" >&2
        exit 1
    }
    echo "$name $times $(tail -n 1 "$work/peak")" >>"$work/results"
}

capture=$work/$size.har
"$built/examples/generate_capture" --size "$size" -o "$capture" >/dev/null

# Both must have opened the same before their times mean anything.
"$mishark" decrypt "$capture" --format jsonl -o "$work/mishark.jsonl" 2>"$work/err"
"$python" benches/article.py "$capture" "$work/article.jsonl"
python3 - "$work/mishark.jsonl" "$work/article.jsonl" <<'PYTHON'
import json, sys

def count(path):
    flows = size = 0
    for line in open(path, encoding="utf-8"):
        flow = json.loads(line)
        for side in (flow["request"], flow["response"]):
            text = side if isinstance(side, str) else side["plaintext"]
            size += len(text.encode("utf-8"))
        flows += 1
    return flows, size

mishark, article = map(count, sys.argv[1:])
print(f"decrypted: {mishark[0]} flows, {mishark[1]} bytes of plaintext")
if mishark != article:
    sys.exit(f"the article's Python decrypted {article[0]} flows, {article[1]} bytes")
PYTHON
rm "$work/mishark.jsonl" "$work/article.jsonl"

for _ in $(seq "$runs"); do
    measure mishark "$mishark" decrypt "$capture" --format jsonl -o /dev/null
    measure python "$python" benches/article.py "$capture" /dev/null
done

if [ -n "$big" ]; then
    rm "$capture"
    capture=$work/1GB.har
    "$built/examples/generate_capture" --size 1GB -o "$capture" >/dev/null
    for _ in 1 2 3; do
        measure list "$mishark" list "$capture"
        measure decrypt "$mishark" decrypt "$capture" --format jsonl -o /dev/null
    done
fi

python3 - "$work/results" "$size" <<'PYTHON'
import os, statistics, sys

rows = {}
for line in open(sys.argv[1]):
    name, wall, user, system, peak = line.split()
    row = float(wall), float(user) + float(system), int(peak) / 1024
    rows.setdefault(name, []).append(row)
medians = {name: [statistics.median(column) for column in zip(*found)] for name, found in rows.items()}
mishark, python = medians["mishark"], medians["python"]
print(f"\n{sys.argv[2]}, decrypted to JSON lines; {os.cpu_count()} cores; medians of {len(rows['mishark'])} runs\n")
print("|        | mishark | article's Python | ratio |")
print("|--------|---------|------------------|-------|")
for title, unit, mine, theirs in zip(("wall", "CPU", "memory"), ("s", "s", "MB"), mishark, python):
    digits = 2 if unit == "s" else 0
    print(f"| {title:6} | {mine:.{digits}f} {unit} | {theirs:.{digits}f} {unit} | {theirs / mine:.1f}x |")
for name in ("list", "decrypt"):
    if name in medians:
        wall, cpu, peak = medians[name]
        share = peak * 1024 * 1024 / 1e9 * 100
        print(f"\n1 GB, {name}: {wall:.2f} s wall, {cpu:.2f} s CPU, {peak:.0f} MB resident ({share:.1f} % of the file)")
PYTHON
