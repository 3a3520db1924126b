#!/usr/bin/env python3
"""`hone eyemap fetch` against servers on this machine that speak neuPrint's HTTP interface, well and badly. The token must
be in nothing that hone prints or writes."""
import http.server
import json
import re
import ssl
import shutil
import subprocess
import sys
import threading
import time

import harness

TOKEN = "eyJ0b2tlbg.very-secret.42"
ODD = "Z\u00e9<7>&\"q\" 'x'/\u03b1"
BODIES = {"Tm3": [11, 12, 13, 14, 15], ODD: [2 ** 53 + 1], "x' OR 1=1 //": [99], "big,comma": [70, 71]}
PLACES = [("ME", "R", 5, 6, 1), ("ME", "R", 5, 6, 2), ("LO", "R", 5, 7, None)]
SYNAPSE_COLUMNS = ["type", "body_id", "soma_side", "region", "side", "hex1", "hex2", "layer", "synapses", "pre", "post"]


def cypher_string(text: str) -> tuple:
    """The value of the Cypher string at the start of a text, and what follows it."""
    assert text[0] == "'", text
    value, at = "", 1
    while text[at] != "'":
        if text[at] == "\\":
            assert text[at + 1] == "'", "only quotes are escaped"
            at += 1
        value += text[at]
        at += 1
    return value, text[at + 1:]


def type_of(body: int) -> str:
    return next(name for name, bodies in BODIES.items() if body in bodies)


def rows_of(body: int) -> list:
    return [[type_of(body), body, "R" if body % 2 else None, region, side, h1, h2, layer, 10 + body % 7, 4, 6 + body % 7]
            for region, side, h1, h2, layer in PLACES]


def answer(cypher: str) -> dict:
    """What the database says to the queries that hone sends."""
    if cypher.startswith("MATCH (m:Meta)"):
        return {"columns": ["dataset", "tag", "uuid", "last_edit"],
                "data": [["optic-lobe", "v1.1", "abc123", "2024-09-01"]], "debug": ""}
    if "n.type = " in cypher:
        name, rest = cypher_string(cypher[cypher.index("n.type = ") + 9:])
        assert rest == " RETURN DISTINCT n.bodyId AS body_id ORDER BY body_id", rest
        return {"columns": ["body_id"], "data": [[body] for body in BODIES.get(name, [])]}
    if "ColumnPin" in cypher:
        return {"columns": ["region", "side", "hex1", "hex2"], "data": [["ME", "R", 5, 6], ["ME", "R", 5, 7]]}
    bodies = [int(n) for n in re.search(r"bodyId IN \[([0-9, ]+)\]", cypher)[1].split(", ")]
    if "roiInfo" in cypher:
        return {"columns": ["type", "body_id", "soma_side", "roiInfo"],
                "data": [[type_of(b), b, "R", json.dumps({"ME_R_col_5_6": {"pre": 3, "post": b % 5}})] for b in bodies]}
    assert "s['ME(R)']" in cypher and "DISTINCT n, s" in cypher
    return {"columns": SYNAPSE_COLUMNS, "data": [row for body in bodies for row in rows_of(body)]}


class Server:
    """Answers on 127.0.0.1; `mend(handler, cypher)` may answer itself and then returns True."""

    def __init__(self, mend=None, datasets=("optic-lobe:v1.1", "hemibrain:v1.2.1"), context=None):
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def reply(self, status, body, kind="application/json", headers=()):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def handle_request(self, cypher):
                outer.seen.append((self.path, dict(self.headers), cypher))
                if mend is not None and mend(self, cypher):
                    return
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    self.reply(401, {"message": "missing or malformed jwt"})
                elif self.path == "/np/api/dbmeta/datasets":
                    self.reply(200, {name: {"uuid": "abc123", "ROIs": []} for name in datasets})
                elif self.path == "/np/api/custom/custom" and cypher is not None:
                    self.reply(200, answer(cypher))
                else:
                    self.reply(404, {"message": "Not Found"})

            def do_GET(self):
                self.handle_request(None)

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert body["dataset"] == "optic-lobe:v1.1", body
                self.handle_request(body["cypher"])

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if context is not None:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))

    @property
    def host(self):
        return f"127.0.0.1:{self.http.server_address[1]}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def fetch(hone, folder, server, *words, code=0, scheme="http", types="Tm3", env=None):
    """Runs fetch into folder/out and makes sure that the token is nowhere."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    chosen = ["--type", types] if types else []
    done = hone.run("eyemap", "fetch", "--server", f"{scheme}://{server.host}/np/", "--dataset", "optic-lobe:v1.1", *chosen,
                    "--out", out, "--explain", "--trace", folder / "trace.json", "--metrics", folder / "metrics.txt", *words,
                    code=code, env={"NEUPRINT_TOKEN": TOKEN} if env is None else env)
    assert TOKEN not in done.stdout + done.stderr
    for path in folder.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), f"the token is in {path}"
    return done


def test_writes_rows_universe_and_provenance(hone, folder):
    with Server() as server:
        fetch(hone, folder, server, "--batch", "2")
        assert all(headers["Authorization"] == f"Bearer {TOKEN}" for _, headers, _ in server.seen)
    rows = harness.read_json(folder / "out" / "synapses.json")
    assert rows["columns"] == SYNAPSE_COLUMNS
    assert rows["data"] == [row for body in BODIES["Tm3"] for row in rows_of(body)]
    assert harness.read_json(folder / "out" / "universe.json")["data"] == [["ME", "R", 5, 6], ["ME", "R", 5, 7]]
    provenance = harness.read_json(folder / "out" / "provenance.json")
    assert provenance["dataset"] == "optic-lobe:v1.1" and provenance["about"]["uuid"] == "abc123"
    assert provenance["types"] == [{"type": "Tm3", "bodies": 5, "rows": 15}]
    for entry in provenance["files"]:
        digest = subprocess.run(["sha256sum", folder / "out" / entry["file"]], capture_output=True, text=True).stdout
        assert digest.split()[0] == entry["sha256"]


def test_type_names_stay_data(hone, folder):
    names = folder / "types.txt"
    names.write_text(f"{ODD}\nx' OR 1=1 //\r\nbig,comma\n\n")
    with Server() as server:
        fetch(hone, folder, server, "--type-file", names, types=None)
    rows = harness.read_json(folder / "out" / "synapses.json")["data"]
    assert {(row[0], row[1]) for row in rows} == {(ODD, 2 ** 53 + 1), ("x' OR 1=1 //", 99), ("big,comma", 70),
                                                  ("big,comma", 71)}
    with Server() as server:
        for name in ("a\\' OR 1=1 //", "a\\u0027"):
            done = fetch(hone, folder, server, types=name, code=2)
            assert "backslash" in done.stderr, done.stderr
        assert not server.seen


def test_counts_by_place(hone, folder):
    with Server() as server:
        fetch(hone, folder, server, "--kind", "rois", "--no-universe")
    rows = harness.read_json(folder / "out" / "rois.json")
    assert rows["data"][0] == ["Tm3", 11, "R", {"ME_R_col_5_6": {"pre": 3, "post": 1}}]
    assert not (folder / "out" / "universe.json").exists()


def test_absent_types_and_data_sets(hone, folder):
    with Server() as server:
        done = fetch(hone, folder, server, types="Tm3,Nobody", code=1)
        assert "Nobody" in done.stderr
        assert len(harness.read_json(folder / "out" / "synapses.json")["data"]) == 15
        fetch(hone, folder, server, types="Nobody", code=3)
    with Server(datasets=("optic-lobe:v1.0",)) as server:
        done = fetch(hone, folder, server, code=3)
        assert "Did you mean optic-lobe:v1.0" in done.stderr, done.stderr


def test_refused_tokens(hone, folder):
    for status in (401, 403):
        def refuse(handler, _, status=status):
            # Some servers repeat what they were sent.
            handler.reply(status, {"message": "no right for " + handler.headers["Authorization"]})
            return True
        with Server(refuse) as server:
            done = fetch(hone, folder, server, code=3)
            assert f"answered {status}" in done.stderr and "***" in done.stderr and len(server.seen) == 1, done.stderr
    with Server() as server:
        done = fetch(hone, folder, server, code=2, env={})
        assert "NEUPRINT_TOKEN" in done.stderr and not server.seen
        fetch(hone, folder, server, code=2, env={"NEUPRINT_TOKEN": "two words"})


def test_odd_answers(hone, folder):
    page = b"<!DOCTYPE html><html><body>Please log in</body></html>"
    cases = {
        "web page": lambda h: h.reply(200, page, "text/html"),
        "JSON that is whole": lambda h: h.reply(200, b'{"columns":["body_id"],"data":[[1],[2'),
        "expected the columns": lambda h: h.reply(200, {"columns": ["odd"], "data": []}),
        "rows of 1 cells": lambda h: h.reply(200, {"columns": ["body_id"], "data": [[1, 2]]}),
        "columns and data": lambda h: h.reply(200, ["odd"]),
        "answered 404": lambda h: h.reply(404, {"message": "Not Found"}),
        "SyntaxError at line 1": lambda h: h.reply(400, {"error": "Neo.ClientError:\nSyntaxError at line 1"}),
    }
    for words, send in cases.items():
        def odd(handler, cypher, send=send):
            if cypher is None or "n.type" not in cypher:
                return False
            send(handler)
            return True
        with Server(odd) as server:
            done = fetch(hone, folder, server, code=None)
            assert done.returncode in (3, 4) and words in done.stderr, (words, done.stderr)
            assert not (folder / "out" / "synapses.json").exists()


def test_busy_servers_are_asked_again(hone, folder):
    times = []

    def busy(handler, cypher):
        if cypher is None or "Meta" not in cypher or len(times) == 2:
            return False
        times.append(time.monotonic())
        handler.reply(503 if len(times) == 1 else 429, {}, headers=[("Retry-After", "0")])
        return True
    with Server(busy) as server:
        fetch(hone, folder, server)
    assert len(times) == 2
    with Server(lambda handler, _: handler.reply(503, {"error": "down"}) or True) as server:
        fetch(hone, folder, server, "--attempts", "2", code=4)
        assert len(server.seen) >= 2


def test_large_queries_are_made_smaller(hone, folder):
    def large(handler, cypher):
        if cypher is None or cypher.count(",") < 15 or "SynapseSet" not in cypher:
            return False
        if len(re.search(r"IN \[([^]]*)\]", cypher)[1].split(",")) <= 2:
            return False
        handler.reply(500, {"error": "the query needs more memory"})
        return True
    with Server(large) as server:
        done = fetch(hone, folder, server)
        assert "needs more memory" in done.stderr, done.stderr  # --explain names the fallback
    assert len(harness.read_json(folder / "out" / "synapses.json")["data"]) == 15


def test_slow_servers(hone, folder):
    done_waiting = threading.Event()

    def slow(handler, cypher):
        done_waiting.wait(10)
        return True
    with Server(slow) as server:
        done = fetch(hone, folder, server, "--timeout", "1", code=4)
        assert "no answer within" in done.stderr, done.stderr
        done_waiting.set()


def test_redirects_do_not_carry_the_token(hone, folder):
    with Server() as other:
        def away(handler, cypher):
            handler.reply(307, b"", headers=[("Location", f"http://{other.host}{handler.path}")])
            return True
        with Server(away) as server:
            done = fetch(hone, folder, server, code=3)
            assert "answered 401" in done.stderr, done.stderr
        assert other.seen and all("Authorization" not in headers for _, headers, _ in other.seen)


def test_plain_http_stays_on_this_machine(hone, folder):
    done = hone.run("eyemap", "fetch", "--server", "http://neuprint.example.org", "--dataset", "d", "--type", "T", "--out",
                    folder / "out", env={"NEUPRINT_TOKEN": TOKEN}, code=2)
    assert "https" in done.stderr and TOKEN not in done.stderr


def test_certificates_are_verified(hone, folder):
    if shutil.which("openssl") is None:
        print("  (no openssl here to make a certificate with)")
        return
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Server(context=context) as server:
        done = fetch(hone, folder, server, scheme="https", code=4)
        assert "not trusted" in done.stderr and not server.seen, done.stderr
        fetch(hone, folder, server, "--ca-file", certificate, scheme="https")
    assert len(harness.read_json(folder / "out" / "synapses.json")["data"]) == 15


if __name__ == "__main__":
    sys.exit(harness.main([test for name, test in list(globals().items()) if name.startswith("test_")]))
