#!/usr/bin/env bash
# Attaches mishark to a real whistle and a real mitmweb, with a client going
# through them, and checks that its flows come decrypted and proved.
#
#   examples/attach/try.sh             both
#   examples/attach/try.sh whistle     one of them
#
# Everything is on this machine: a mock cloud with the made-up home of samples/,
# the proxy on loopback, and `mishark replay` as the client. whistle comes from
# npm and mitmweb from PyPI, both into a folder that is deleted at the end; set
# MISHARK_TRY to a folder to keep them for the next time. Needs cargo, curl, and
# npm or python3.

# Each program gets a group of its own, so that its children end with it:
# whistle leaves two behind.
set -eum

cd "$(dirname "$0")/../.."

if [ -n "${MISHARK_TRY:-}" ]; then
    folder=$MISHARK_TRY
    mkdir -p "$folder"
else
    folder=$(mktemp -d)
fi
pids=
finish() {
    for pid in $pids; do
        kill -- "-$pid" 2>/dev/null || true
    done
    for pid in $pids; do
        wait "$pid" 2>/dev/null || true
    done
    [ -n "${MISHARK_TRY:-}" ] || rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
    echo "try.sh: $*" >&2
    exit 1
}

# Waits until a file has a line with a text in it.
until_in() {
    tries=0
    until grep -q "$2" "$1" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 150 ] || { cat "$1" >&2; fail "no $2 in $1"; }
        sleep 0.2
    done
}

cargo build --quiet --bin mishark --example mock_cloud
target=${CARGO_TARGET_DIR:-target}/debug
mishark=$target/mishark

cloud=127.0.0.1:18443
"$target/examples/mock_cloud" samples/home.har "$cloud" >"$folder/cloud.log" 2>&1 &
pids="$pids $!"
until_in "$folder/cloud.log" 'answers for'

# Reads one property and lists the homes, through a proxy.
client() {
    "$mishark" replay samples/home.har 13 --base-url "http://$cloud" \
        --proxy "$1" >/dev/null 2>&1
    "$mishark" call --template homes --from samples/home.har \
        --base-url "http://$cloud" --proxy "$1" >/dev/null 2>&1
}

# Attaches to a web interface, sends flows through its proxy, and looks at what
# comes: one flow that was there before, and two that come while it looks.
check() {
    program=$1 web=$2 proxy=$3
    "$mishark" replay samples/home.har 13 --base-url "http://$cloud" \
        --proxy "$proxy" >/dev/null 2>&1
    out=$folder/$program.jsonl
    "$mishark" attach "$web" --format jsonl >"$out" 2>"$folder/$program.err" &
    attached=$!
    pids="$pids $attached"
    until_in "$out" '/app/miotspec/prop/get'
    until_in "$folder/$program.err" 'attached'
    client "$proxy"
    until_in "$out" '/app/v2/homeroom/gethome'
    flows=$(wc -l <"$out")
    proved=$(grep -c '"state":"verified".*"signature":"match","rc4_hash":"match"' "$out" || true)
    [ "$flows" -eq 3 ] || fail "$program: $flows flows, expected 3"
    [ "$proved" -eq 3 ] || fail "$program: $proved of 3 flows proved"
    grep -q '"request":{"plaintext":"{' "$out" || fail "$program: no plaintext"
    echo "$program: 3 flows came decrypted and proved"
    # A proxy that goes is told, and mishark stays.
    kill -- "-$4"
    until_in "$folder/$program.err" 'asking again'
    kill -0 "$attached" || fail "$program: mishark went with the proxy"
    kill "$attached"
    echo "$program: its end was told, and no flow lost"
}

whistle() {
    if [ ! -e "$folder/whistle/node_modules" ]; then
        mkdir -p "$folder/whistle"
        echo '{"private":true}' >"$folder/whistle/package.json"
        npm install --silent --prefix "$folder/whistle" whistle
    fi
    home=$(mktemp -d "$folder/whistle-home.XXXXXX")
    WHISTLE_PATH=$home node "$folder/whistle/node_modules/whistle/bin/whistle.js" \
        run -H 127.0.0.1 -p 18899 -D "$home" >"$folder/whistle.log" 2>&1 &
    pids="$pids $!" proxy_pid=$!
    until_in "$folder/whistle.log" 'started'
    # A client that tunnels is only looked into when this is on.
    curl -sS --retry 20 --retry-delay 1 --retry-connrefused -o /dev/null -d interceptHttpsConnects=1 \
        http://127.0.0.1:18899/cgi-bin/intercept-https-connects
    check whistle http://127.0.0.1:18899 http://127.0.0.1:18899 "$proxy_pid"
}

mitmweb() {
    if [ ! -e "$folder/mitmproxy/bin/mitmweb" ]; then
        python3 -m venv "$folder/mitmproxy"
        "$folder/mitmproxy/bin/pip" install --quiet mitmproxy
    fi
    "$folder/mitmproxy/bin/mitmweb" --no-web-open-browser --listen-host 127.0.0.1 -p 18080 \
        --web-host 127.0.0.1 --web-port 18081 --set "confdir=$folder/mitmproxy-home" \
        >"$folder/mitmweb.log" 2>&1 &
    pids="$pids $!" proxy_pid=$!
    until_in "$folder/mitmweb.log" 'Web server listening'
    # Versions since 11.1 print a token.
    web=$(sed -n 's/.*Web server listening at \(http[^ ]*\).*/\1/p' "$folder/mitmweb.log")
    check mitmweb "$web" http://127.0.0.1:18080 "$proxy_pid"
}

case ${1:-both} in
    whistle) whistle ;;
    mitmweb) mitmweb ;;
    both)
        whistle
        mitmweb
        ;;
    *) fail "expected whistle, mitmweb or nothing, found $1" ;;
esac
