#!/usr/bin/env python3
"""One Mi Home request, signed afresh each time. Written by mishark.

Needs Python 3 and nothing else. Secrets come from the environment:
MI_SSECURITY, MI_SERVICE_TOKEN, MI_USER_ID, MI_C_USER_ID. BASE_URL sends it to
another server. The answer's plaintext goes to standard output.
"""
import base64, gzip, hashlib, hmac, os, sys, time
import urllib.error, urllib.parse, urllib.request

METHOD = @METHOD@
BASE = os.environ.get("BASE_URL") or @BASE@
PATH = @PATH@
SIGNED_PATH = @SIGNED_PATH@
QUERY = os.environ.get("MI_QUERY") or @QUERY@
PARAMS = [
@PARAMS@
]
HEADERS = [
@HEADERS@
]
COOKIES = [
@COOKIES@
]
SECRET_COOKIES = [
@SECRET_COOKIES@
]
SECRET_HEADERS = [
@SECRET_HEADERS@
]
HEADERS += [(n, os.environ[v]) for n, v in SECRET_HEADERS if os.environ.get(v)]
ENCRYPTS, CHAINED, SKIPS_EMPTY = @ENCRYPTS@, @CHAINED@, @SKIPS_EMPTY@
SENDS_SSECURITY, IN_QUERY = @SENDS_SSECURITY@, @IN_QUERY@
NONCE_NAME, HASH_AT = @NONCE_NAME@, @HASH_AT@


def b64(data):
    return base64.b64encode(data).decode()


class Rc4:
    """RC4 with its first 1024 bytes thrown away."""

    def __init__(self, key):
        self.s, self.i, self.j = list(range(256)), 0, 0
        j = 0
        for i in range(256):
            j = (j + self.s[i] + key[i % len(key)]) % 256
            self.s[i], self.s[j] = self.s[j], self.s[i]
        self.apply(bytes(1024))

    def apply(self, data):
        out, s = bytearray(), self.s
        for byte in data:
            self.i = (self.i + 1) % 256
            self.j = (self.j + s[self.i]) % 256
            s[self.i], s[self.j] = s[self.j], s[self.i]
            out.append(byte ^ s[(s[self.i] + s[self.j]) % 256])
        return bytes(out)


def sha1(pairs):
    items = [METHOD, SIGNED_PATH] + ["%s=%s" % pair for pair in pairs]
    return b64(hashlib.sha1("&".join(items + [b64(key)]).encode()).digest())


ssecurity = os.environ.get("MI_SSECURITY") or sys.exit("MI_SSECURITY is not set")
minutes = int(time.time() // 60)
nonce = os.urandom(8) + minutes.to_bytes(4, "big")
key = hashlib.sha256(base64.b64decode(ssecurity) + nonce).digest()

if ENCRYPTS:
    plain = PARAMS[:HASH_AT] + [("rc4_hash__", sha1(PARAMS))] + PARAMS[HASH_AT:]
    form, stream = [], Rc4(key)
    for name, value in plain:
        if not CHAINED:
            stream = Rc4(key)
        form.append((name, b64(stream.apply(value.encode()))))
    form.append(("signature", sha1(form)))
    if SENDS_SSECURITY:
        form.append(("ssecurity", ssecurity))
    form.append((NONCE_NAME, b64(nonce)))
else:
    signed = [pair for pair in PARAMS if pair[1] or not SKIPS_EMPTY]
    items = ["%s=%s" % pair for pair in signed] or ["data="]
    text = "&".join([SIGNED_PATH, b64(key), b64(nonce)] + items)
    signature = b64(hmac.new(key, text.encode(), hashlib.sha256).digest())
    form = [(NONCE_NAME, b64(nonce))] + PARAMS + [("signature", signature)]

form = urllib.parse.urlencode(form)
query = "&".join(part for part in (QUERY, form if IN_QUERY else "") if part)
body = None if IN_QUERY else form.encode()
if body is None and METHOD != "GET":
    body = b""
url = BASE + PATH + ("?" + query if query else "")
request = urllib.request.Request(url, data=body, method=METHOD)
for name, value in HEADERS:
    request.add_header(name, value)
cookies = COOKIES + [
    (name, os.environ[variable])
    for name, variable in SECRET_COOKIES
    if os.environ.get(variable)
]
request.add_header("Cookie", "; ".join("%s=%s" % pair for pair in cookies))
try:
    answer = urllib.request.urlopen(request, timeout=30)
except urllib.error.HTTPError as error:
    print("HTTP", error.code, file=sys.stderr)
    answer = error
answer = answer.read()
if ENCRYPTS and not answer.lstrip().startswith((b"{", b"[", b"<")):
    answer = Rc4(key).apply(base64.b64decode(answer))
    if answer.startswith(b"\x1f\x8b\x08"):
        answer = gzip.decompress(answer)
sys.stdout.buffer.write(answer + b"\n")
