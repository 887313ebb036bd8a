"""Reads HARs as mitmproxy and haralyzer do: no entry lost, no body changed."""

import base64
import json
import sys

from haralyzer import HarEntry, HarParser
from mitmproxy.io.har import request_to_flow


def body(entry):
    content = entry["response"]["content"]
    text = content.get("text") or ""
    if content.get("encoding") == "base64":
        return base64.b64decode(text)
    return text.encode()


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        har = json.load(file)
    entries = har["log"]["entries"]
    for at, entry in enumerate(entries):
        flow = request_to_flow(entry)
        assert flow.request.method == entry["request"]["method"], (path, at)
        post = entry["request"].get("postData") or {}
        if post and "encoding" not in post:
            assert flow.request.content == post["text"].encode(), (path, at, "request")
        if flow.response and entry["response"]["status"]:
            assert flow.response.get_content(strict=False) == body(entry), (path, at, "response")
    HarParser(har)
    for entry in entries:
        read = HarEntry(entry)
        assert read.request.url == entry["request"]["url"], path
        assert read.status == entry["response"]["status"], path
    print(f"{path.rsplit('/', 1)[-1]}: {len(entries)} entries")
