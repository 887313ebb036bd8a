"""The article's decryption in a loop over a HAR: what one would write today.

    python article.py CAPTURE OUTPUT

Reads the whole file, opens the request and the response of every Mi Home flow
with pycryptodome's ARC4, and writes one JSON object a line. It proves nothing
and stops at the first flow that will not open.
"""

import base64
import gzip
import hashlib
import json
import sys
from io import BytesIO
from urllib.parse import parse_qs

from Crypto.Cipher import ARC4


def get_signed_nonce(ssecurity, nonce):
    digest = hashlib.sha256(base64.b64decode(ssecurity) + base64.b64decode(nonce)).digest()
    return base64.b64encode(digest).decode("utf-8")


def decrypt_rc4(password, payload):
    cipher = ARC4.new(base64.b64decode(password))
    cipher.encrypt(bytes(1024))
    return cipher.encrypt(base64.b64decode(payload))


def gzip_unzip(data):
    return gzip.GzipFile(fileobj=BytesIO(data), mode="rb").read()


def header(message, name):
    for field in message["headers"]:
        if field["name"].lower() == name:
            return field["value"]
    return None


def cookie(request, name):
    for pair in (header(request, "cookie") or "").split("; "):
        key, _, value = pair.partition("=")
        if key == name:
            return value
    return None


def main(capture, output):
    with open(capture, encoding="utf-8") as file:
        entries = json.load(file)["log"]["entries"]
    keys = {}
    with open(output, "w", encoding="utf-8") as out:
        for entry in entries:
            request, response = entry["request"], entry["response"]
            answer = response["content"].get("text", "")
            if answer.startswith("&&&START&&&"):
                login = json.loads(answer.removeprefix("&&&START&&&"))
                keys[str(login["userId"])] = login["ssecurity"]
                continue
            form = parse_qs(request.get("postData", {}).get("text", ""))
            if "signature" not in form:
                continue
            data = form["data"][0]
            if "rc4_hash__" in form:
                own = form.get("ssecurity") or [keys[cookie(request, "userId")]]
                key = get_signed_nonce(own[0], form["_nonce"][0])
                data = decrypt_rc4(key, data).decode("utf-8")
                answer = decrypt_rc4(key, answer)
                if header(response, "miot-content-encoding") == "GZIP":
                    answer = gzip_unzip(answer)
                answer = answer.decode("utf-8")
            flow = {"url": request["url"], "request": data, "response": answer}
            out.write(json.dumps(flow, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
