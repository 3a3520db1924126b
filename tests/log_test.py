#!/usr/bin/env python3
"""The log of a run: lines of JSON under one id, each document once, no secrets; results never depend on it."""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys

import harness

SKIPPED = 77
ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def sample(hone, folder, *words) -> pathlib.Path:
    hone.run("invoice", "sample", *words, "--out", folder / "papers")
    return folder / "papers"


def once(members) -> dict:
    assert len(dict(members)) == len(members), members
    return dict(members)


def records(text, correlation=ID) -> list:
    """The lines of a log; each is an object with what all have, and no name twice."""
    found = [json.loads(line, object_pairs_hook=once) for line in text.splitlines()]
    for record in found:
        assert list(record)[:4] == ["time", "level", "name", "message"] and TIME.fullmatch(record["time"]), record
        assert record["level"] in ("debug", "info", "warning", "error"), record
        assert record["id"] == correlation, record
    return found


def said(found, *messages) -> list:
    return [record for record in found if record["message"] in messages]


def files_below(folder) -> dict:
    """Bytes of what a run gave; how it came about is another matter."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "execution.json"}


def test_every_document_is_said_once_under_the_id(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 40, "--count", 12)
    (papers / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    words = ["invoice", "extract", papers, "--cache", "off"]
    hone.run(*words, "--out", folder / "without", code=1)
    hone.run(*words, "--out", folder / "with", "--log", folder / "log", "--log-level", "debug", "--correlation-id", ID, code=1)
    assert files_below(folder / "with") == files_below(folder / "without")
    assert harness.read_json(folder / "with/execution.json")["correlation_id"] == ID
    assert ID not in "".join(bytes(content).decode(errors="replace") for content in files_below(folder / "with").values())

    found = records((folder / "log").read_text())
    start, *_, finish, delivered = [record for record in found if record["name"] in ("engine", "cli") and record["level"] == "info"]
    assert start["message"] == "run started" and start["task"] == "invoice/extract" and start["version"]
    assert finish["message"] == "run finished" and finish["source"] == "computed" and finish["outcome"] == "errors"
    assert finish["errors"] == 1 and delivered["message"] == "delivered"

    documents = said(found, "document read", "document failed")
    with open(folder / "with/documents.csv", newline="", encoding="utf-8") as file:
        table = {row["file"]: row for row in csv.DictReader(file)}
    assert len(table) == 13 and sorted(record["file"] for record in documents) == sorted(table)
    assert sorted(record["document"] for record in documents) == list(range(1, 14)), "numbers of the files of the run"
    for record in documents:
        row = table[record["file"]]
        assert record["vendor"] == row["vendor"] and record["status"] == row["status"] and record["seconds"] > 0
        assert record["level"] == ("warning" if row["status"] == "failed" else "info"), record
        assert record["status"] == "failed" or record["pages"] == int(row["pages"]) > 1
        pages = [one["page"] for one in said(found, "page read") if one["document"] == record["document"]]
        assert pages == list(range(1, record["pages"] + 1)), record
    failed, = [record for record in documents if record["status"] == "failed"]
    assert failed["file"].endswith("broken.pdf") and failed["code"] == "damaged" and failed["reason"]
    lookups = [record for record in said(found, "decided") if record["site"] == "extract"]
    assert said(found, "stage") and all(record["verb"] == "loop" for record in lookups)


def test_runs_add_to_the_log_and_have_ids_of_their_own(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 5)
    env = {"HONE_LOG": str(folder / "log")}
    hone.run("invoice", "extract", papers, "--out", folder / "one", env=env)
    hone.run("invoice", "extract", papers, "--out", folder / "two", env=dict(env, TRACEPARENT=f"00-{ID}-00f067aa0ba902b7-01"))
    hone.run("invoice", "extract", papers, "--out", folder / "three", "--log", "off", env=env)
    first = harness.read_json(folder / "one/execution.json")["correlation_id"]
    assert re.fullmatch("[0-9a-f]{32}", first) and first != ID
    lines = (folder / "log").read_text().splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert sorted(set(ids)) == sorted([first, ID]) and ids == sorted(ids, key=[first, ID].index)
    second = records("\n".join(line for line in lines if ID in line))
    assert said(second, "run finished")[0]["source"] == "disk" and not said(second, "document read"), "nothing was read again"
    assert files_below(folder / "one") == files_below(folder / "two") == files_below(folder / "three")


def test_templates_are_said_too(hone, folder):
    papers = sample(hone, folder, "--kind", "G", "--lines", 4, "--count", 3)
    hone.run("invoice", "extract", papers, "--templates", papers, "--compat", "invoice2data", "--log", folder / "log",
             "--correlation-id", ID.upper())
    documents = said(records((folder / "log").read_text()), "document read")
    assert sorted(record["document"] for record in documents) == [1, 2, 3]
    assert all(record["template"] and record["status"] == "ok" for record in documents), documents


def test_secrets_are_in_no_log(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 5)
    (papers / "quite secret.pdf").write_bytes((papers / "A-1.pdf").read_bytes())
    hone.run("invoice", "extract", papers, "--password-env", "PAPER_PASSWORD", "--log", folder / "log", "--log-level", "debug",
             "--correlation-id", ID, "--out", folder / "out", env={"PAPER_PASSWORD": "quite secret"})
    text = (folder / "log").read_text()
    assert "quite secret" not in text and "[secret].pdf" in text, text[-3000:]
    assert len(said(records(text), "document read")) == 2
    hone.run("invoice", "extract", folder / "absent.pdf", "--log", folder / "log", "--correlation-id", ID, code=3)
    failed, = said(records((folder / "log").read_text()), "run failed")
    assert failed["level"] == "error" and failed["fault"] == "not-found" and "absent.pdf" in failed["reason"], failed


def test_a_log_that_cannot_be_written_fails_no_run(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 5, "--count", 3)
    words = ["invoice", "extract", papers, "--cache", "off"]
    hone.run(*words, "--out", folder / "without")
    done = hone.run(*words, "--out", folder / "full", "--log", "/dev/full")
    assert "the log lacks" in done.stderr and "No space left" in done.stderr, done.stderr
    assert files_below(folder / "full") == files_below(folder / "without")
    assert hone.run(*words, "--log", folder / "none/log", code=2).stderr.count("no folder") == 1
    assert "Is a directory" in hone.run(*words, "--log", folder, code=4).stderr


def test_the_log_on_stderr(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 5)
    done = hone.run("invoice", "extract", papers, "--out", folder / "out", "--log", "-", "--correlation-id", ID, "--progress", "off")
    lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
    found = records("\n".join(lines))
    assert said(found, "run started") and said(found, "document read") and said(found, "delivered")
    assert "artifacts in" in done.stderr, "what is for people is there besides"
    log = subprocess.run([hone.executable, "invoice", "extract", str(papers), "--log", "-"], env=hone.environment, text=True,
                         capture_output=True, preexec_fn=lambda: os.close(2))
    assert log.returncode == 0 and log.stdout, "a closed stderr is no reason to fail"


def test_wrong_ids_and_levels_are_refused(hone, folder):
    papers = sample(hone, folder, "--kind", "A", "--lines", 5)
    extract = ["invoice", "extract", papers]
    for wrong in ("7", ID[:-1], ID + "0", "0" * 32, f"00-{ID}-00f067aa0ba902b7"):
        done = hone.run(*extract, "--correlation-id", wrong, code=2)
        assert "--correlation-id: expected 32 hexadecimal digits" in done.stderr and done.stdout == "", done.stderr
    assert "--correlation-id" in hone.run(*extract, env={"HONE_CORRELATION_ID": "x"}, code=2).stderr
    assert "--log-level: expected debug, info" in hone.run(*extract, "--log-level", "loud", code=2).stderr
    hone.run(*extract, env={"TRACEPARENT": "not well-formed"})


if __name__ == "__main__":
    if not (pathlib.Path(sys.argv[3]) / "hone-docworker").exists():
        print("SKIPPED: this build has no hone-docworker")
        sys.exit(SKIPPED)
    sys.exit(harness.main([test_every_document_is_said_once_under_the_id, test_runs_add_to_the_log_and_have_ids_of_their_own,
                           test_templates_are_said_too, test_secrets_are_in_no_log,
                           test_a_log_that_cannot_be_written_fails_no_run, test_the_log_on_stderr,
                           test_wrong_ids_and_levels_are_refused]))
