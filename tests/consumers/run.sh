#!/bin/sh
# Gives our plaintext HAR of every capture to programs that people import HARs
# with, in pinned versions. Not part of CI: it takes them from PyPI and npm, into
# target/consumers, and needs Python 3.12 or newer and npm.
#
#     tests/consumers/run.sh
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/target/consumers
mkdir -p "$work/har"

[ -d "$work/python" ] || "${PYTHON:-python3}" -m venv "$work/python"
"$work/python/bin/pip" install --quiet -r "$root/tests/consumers/requirements.txt"
npm install --silent --no-save --prefix "$work" har-validator@5.1.5 har-to-k6@0.14.16

cargo build --quiet --manifest-path "$root/Cargo.toml"
rm -f "$work"/har/*.har
for capture in "$root"/tests/captures/* "$root"/samples/*.har "$root"/tests/hostile/*; do
    case $capture in *.expected.json) continue ;; esac
    # 2: some of it could not be read, and what could is written.
    "$root/target/debug/mishark" decrypt --all --format har "$capture" \
        -o "$work/har/$(basename "$capture").har" 2>/dev/null || [ $? -eq 2 ]
done

"$work/python/bin/python" "$root/tests/consumers/read.py" "$work/har"/*.har
for har in "$work/har"/*.har; do
    NODE_PATH=$work/node_modules node "$root/tests/consumers/validate.cjs" "$har"
    "$work/node_modules/.bin/har-to-k6" "$har" -o "$work/k6.js" >/dev/null
    "$work/python/bin/har2locust" "$har" >"$work/locust.py"
    "$work/python/bin/mitmproxy2swagger" -i "$har" -o "$work/api.yml" -p https://api.io.mi.com -f har >/dev/null
    rm -f "$work/api.yml"
done
echo "all took all"
