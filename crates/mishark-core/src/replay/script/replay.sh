#!/bin/sh
# One Mi Home request, signed afresh each time. Written by mishark.
#
# Needs a POSIX shell, curl, openssl and od, and gzip for answers that are
# packed. Secrets come from the environment: MI_SSECURITY, MI_SERVICE_TOKEN,
# MI_USER_ID, MI_C_USER_ID. BASE_URL sends it to another server. The answer's
# plaintext goes to standard output. RC4 goes byte by byte here, so a large
# answer takes its time.
set -eu
LC_ALL=C
export LC_ALL
: "${MI_SSECURITY:?is not set}"

method=@METHOD@
base=@BASE@
base=${BASE_URL:-$base}
path=@PATH@
signed_path=@SIGNED_PATH@
query=@QUERY@
query=${MI_QUERY:-$query}
nonce_name=@NONCE_NAME@
hash_at=@HASH_AT@
encrypts=@ENCRYPTS@
chained=@CHAINED@
skips_empty=@SKIPS_EMPTY@
sends_ssecurity=@SENDS_SSECURITY@
in_query=@IN_QUERY@

encode() { openssl base64 -A; }
decimals() { od -An -v -tu1; }
escape_url() { printf %s "$1" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%'; }
quote() { printf %s "$1" | sed 's/[\\"]/\\&/g'; }

# Appends a byte to $octal, to be printed as a format.
push() { octal="$octal\\$(($1 / 64))$(($1 / 8 % 8))$(($1 % 8))"; }

unhex() {
  rest=$1 octal=
  while [ -n "$rest" ]; do
    byte=${rest%"${rest#??}"}
    rest=${rest#??}
    push $((0x$byte))
  done
  printf "$octal"
}

# RC4 in variables s0 to s255, its first 1024 bytes thrown away.
rc4_start() {
  i=0 j=0 n=0
  while [ $i -lt 256 ]; do
    eval "s$i=$i"
    i=$((i + 1))
  done
  set -- $key_decimals
  i=0
  while [ $i -lt 256 ]; do
    eval "a=\$s$i"
    j=$(((j + a + $1) % 256))
    eval "s$i=\$s$j s$j=$a"
    i=$((i + 1))
    byte=$1
    shift
    set -- "$@" "$byte"
  done
  i=0 j=0
  while [ $n -lt 1024 ]; do
    rc4_next
    n=$((n + 1))
  done
}
rc4_next() {
  i=$(((i + 1) % 256))
  eval "a=\$s$i"
  j=$(((j + a) % 256))
  eval "b=\$s$j s$i=\$s$j s$j=$a"
  eval "k=\$s$(((a + b) % 256))"
}
# Leaves the result in $octal: a subshell would lose the state.
rc4_apply() {
  octal=
  for byte in "$@"; do
    rc4_next
    push $((byte ^ k))
  done
}

join() {
  while [ $# -gt 0 ]; do
    printf '&%s=%s' "$1" "$2"
    shift 2
  done
}
sha1() {
  { printf '%s&%s' "$method" "$signed_path" && cat && printf '&%s' "$key"; } |
    openssl dgst -sha1 -binary | encode
}
add() {
  case $1 in
  *[!A-Za-z0-9_.-]*) form="$form${form:+&}$(escape_url "$1")=$(escape_url "$2")" ;;
  *) form="$form${form:+&}$1=$(escape_url "$2")" ;;
  esac
}
seal() {
  [ -n "$chained" ] || rc4_start
  rc4_apply $(printf %s "$2" | decimals)
  sealed=$(printf "$octal" | encode)
  cipher="$cipher&$1=$sealed"
  add "$1" "$sealed"
}

nonce_hex=$(openssl rand -hex 8)$(printf %08x $(($(date +%s) / 60)))
nonce=$(unhex "$nonce_hex" | encode)
key_hex=$({ printf %s "$MI_SSECURITY" | openssl base64 -d -A && unhex "$nonce_hex"; } |
  openssl dgst -sha256 -binary | od -An -v -tx1 | tr -d ' \n')
key=$(unhex "$key_hex" | encode)
key_decimals=$(unhex "$key_hex" | decimals)

set -- @PARAMS@
form='' cipher=''
if [ -n "$encrypts" ]; then
  hash=$(join "$@" | sha1)
  rc4_start
  index=0
  while [ $# -gt 0 ]; do
    [ $index -ne $hash_at ] || seal rc4_hash__ "$hash"
    seal "$1" "$2"
    index=$((index + 1))
    shift 2
  done
  [ $index -ne $hash_at ] || seal rc4_hash__ "$hash"
  add signature "$(printf %s "$cipher" | sha1)"
  [ -z "$sends_ssecurity" ] || add ssecurity "$MI_SSECURITY"
  add "$nonce_name" "$nonce"
else
  add "$nonce_name" "$nonce"
  signature=$({
    printf '%s&%s&%s' "$signed_path" "$key" "$nonce"
    count=0
    while [ $# -gt 0 ]; do
      if [ -n "$2" ] || [ -z "$skips_empty" ]; then
        join "$1" "$2"
        count=$((count + 1))
      fi
      shift 2
    done
    [ $count -gt 0 ] || printf '&data='
  } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key_hex" -binary | encode)
  while [ $# -gt 0 ]; do
    add "$1" "$2"
    shift 2
  done
  add signature "$signature"
fi

[ -z "$in_query" ] || query="$query${query:+&}$form"
cookies=''
cookie() { cookies="$cookies${cookies:+; }$1=$2"; }
set -- @COOKIES@
while [ $# -gt 0 ]; do
  cookie "$1" "$2"
  shift 2
done
set -- @SECRET_COOKIES@
while [ $# -gt 0 ]; do
  eval "value=\${$2:-}"
  [ -z "$value" ] || cookie "$1" "$value"
  shift 2
done

# By standard input, so that no secret is among the arguments that `ps` shows.
answer=$({
  printf 'url = "%s"\n' "$(quote "$base$path${query:+?$query}")"
  printf 'request = "%s"\n' "$method"
  printf 'header = "Accept:"\nheader = "Cookie: %s"\n' "$(quote "$cookies")"
  set -- @HEADERS@
  while [ $# -gt 0 ]; do
    printf 'header = "%s: %s"\n' "$(quote "$1")" "$(quote "$2")"
    shift 2
  done
  set -- @SECRET_HEADERS@
  while [ $# -gt 0 ]; do
    eval "value=\${$2:-}"
    [ -z "$value" ] || printf 'header = "%s: %s"\n' "$(quote "$1")" "$(quote "$value")"
    shift 2
  done
  if [ -z "$in_query" ]; then
    printf 'data-binary = "%s"\n' "$form"
  elif [ "$method" != GET ]; then
    printf 'data-binary = ""\n'
  fi
} | curl --silent --show-error --max-time 30 --write-out '%{http_code}' --config -)
status=${answer#"${answer%???}"}
answer=${answer%???}
[ "$status" = 200 ] || echo "HTTP $status" >&2

case $encrypts/$answer in
1/ | 1/[\{\[\<]* | /*) printf '%s\n' "$answer" ;;
*)
  rc4_start
  rc4_apply $(printf %s "$answer" | openssl base64 -d -A | decimals)
  case $octal in
  '\037\213\010'*) printf "$octal" | gzip -dc ;;
  *) printf "$octal" ;;
  esac
  echo
  ;;
esac
