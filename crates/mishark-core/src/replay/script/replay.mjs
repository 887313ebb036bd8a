#!/usr/bin/env node
// One Mi Home request, signed afresh each time. Written by mishark.
//
// Needs Node.js 18 and nothing else. Secrets come from the environment:
// MI_SSECURITY, MI_SERVICE_TOKEN, MI_USER_ID, MI_C_USER_ID. BASE_URL sends it
// to another server. The answer's plaintext goes to standard output.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { request as http } from "node:http";
import { request as https } from "node:https";
import { gunzipSync } from "node:zlib";

const METHOD = @METHOD@;
const BASE = process.env.BASE_URL || @BASE@;
const PATH = @PATH@;
const SIGNED_PATH = @SIGNED_PATH@;
const QUERY = process.env.MI_QUERY || @QUERY@;
const PARAMS = [
@PARAMS@
];
const HEADERS = [
@HEADERS@
];
const COOKIES = [
@COOKIES@
];
const SECRET_COOKIES = [
@SECRET_COOKIES@
];
const SECRET_HEADERS = [
@SECRET_HEADERS@
];
const ENCRYPTS = @ENCRYPTS@, CHAINED = @CHAINED@, SKIPS_EMPTY = @SKIPS_EMPTY@;
const SENDS_SSECURITY = @SENDS_SSECURITY@, IN_QUERY = @IN_QUERY@;
const NONCE_NAME = @NONCE_NAME@, HASH_AT = @HASH_AT@;

// RC4 with its first 1024 bytes thrown away.
function rc4(key) {
  const s = [...Array(256).keys()];
  let i = 0, j = 0;
  const swap = () => ([s[i], s[j]] = [s[j], s[i]]);
  for (i = 0; i < 256; i++) {
    j = (j + s[i] + key[i % key.length]) % 256;
    swap();
  }
  i = j = 0;
  const apply = (data) =>
    Buffer.from(data.map((byte) => {
      i = (i + 1) % 256;
      j = (j + s[i]) % 256;
      swap();
      return byte ^ s[(s[i] + s[j]) % 256];
    }));
  apply(Buffer.alloc(1024));
  return apply;
}

const ssecurity = process.env.MI_SSECURITY;
if (!ssecurity) {
  console.error("MI_SSECURITY is not set");
  process.exit(1);
}
const minutes = Buffer.alloc(4);
minutes.writeInt32BE(Math.floor(Date.now() / 60000));
const nonce = Buffer.concat([randomBytes(8), minutes]);
const key = createHash("sha256")
  .update(Buffer.concat([Buffer.from(ssecurity, "base64"), nonce])).digest();
const keyText = key.toString("base64"), nonceText = nonce.toString("base64");
const sha1 = (pairs) => {
  const items = pairs.map(([name, value]) => `${name}=${value}`);
  const text = [METHOD, SIGNED_PATH, ...items, keyText].join("&");
  return createHash("sha1").update(text).digest("base64");
};

let form;
if (ENCRYPTS) {
  const plain = PARAMS.toSpliced
    ? PARAMS.toSpliced(HASH_AT, 0, ["rc4_hash__", sha1(PARAMS)])
    : [...PARAMS.slice(0, HASH_AT), ["rc4_hash__", sha1(PARAMS)], ...PARAMS.slice(HASH_AT)];
  let stream = rc4(key);
  form = plain.map(([name, value]) => {
    if (!CHAINED) stream = rc4(key);
    return [name, stream(Buffer.from(value)).toString("base64")];
  });
  form.push(["signature", sha1(form)]);
  if (SENDS_SSECURITY) form.push(["ssecurity", ssecurity]);
  form.push([NONCE_NAME, nonceText]);
} else {
  const signed = PARAMS.filter(([, value]) => value || !SKIPS_EMPTY);
  const items = signed.length ? signed.map((pair) => pair.join("=")) : ["data="];
  const text = [SIGNED_PATH, keyText, nonceText, ...items].join("&");
  const signature = createHmac("sha256", key).update(text).digest("base64");
  form = [[NONCE_NAME, nonceText], ...PARAMS, ["signature", signature]];
}

const encoded = new URLSearchParams(form).toString();
const query = [QUERY, IN_QUERY ? encoded : ""].filter(Boolean).join("&");
const body = IN_QUERY ? "" : encoded;
const given = (secrets) =>
  secrets.map(([name, variable]) => [name, process.env[variable]]).filter(([, value]) => value);
const cookies = [...COOKIES, ...given(SECRET_COOKIES)];
const headers = Object.fromEntries([...HEADERS, ...given(SECRET_HEADERS)]);
headers.Cookie = cookies.map((pair) => pair.join("=")).join("; ");
if (METHOD !== "GET" || body) headers["Content-Length"] = Buffer.byteLength(body);
const url = BASE + PATH + (query ? "?" + query : "");
const send = url.startsWith("https:") ? https : http;
const sent = send(url, { method: METHOD, headers, timeout: 30000 }, (response) => {
  const chunks = [];
  response.on("data", (chunk) => chunks.push(chunk));
  response.on("end", () => {
    if (response.statusCode !== 200) console.error("HTTP", response.statusCode);
    let answer = Buffer.concat(chunks);
    if (ENCRYPTS && !/^\s*[{[<]/.test(answer.toString("latin1"))) {
      answer = rc4(key)(Buffer.from(answer.toString(), "base64"));
      if (answer[0] === 0x1f && answer[1] === 0x8b) answer = gunzipSync(answer);
    }
    process.stdout.write(Buffer.concat([answer, Buffer.from("\n")]));
  });
});
sent.on("timeout", () => sent.destroy(new Error("no answer in 30 s")));
sent.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
sent.end(body);
