#!/usr/bin/env python3
"""The command line itself: help, suggestions, formats, settings, completion, documentation, exit codes."""
import json
import os
import shlex
import stat
import subprocess
import sys

from harness import main, read_json

FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")


def sample(hone, folder):
    hone.run("envelope", "sample", "--cells", 2000, "--seed", 7, "--out", folder / "data")
    return ["--production", folder / "data" / FILES[0], "--harvest", folder / "data" / FILES[1]]


def test_help_everywhere(hone, folder):
    assert "applications" in hone.run("--help").stdout
    assert "applications" in hone.run(code=2).stdout
    assert "compute" in hone.run("envelope", "--help").stdout
    text = hone.run("envelope", "compute", "--help").stdout
    assert "--production FILE" in text and "required" in text and "--threads N" in text
    assert text == hone.run("help", "envelope", "compute").stdout
    assert "invalidate" in hone.run("cache", "--help").stdout
    assert hone.run("--version").stdout.startswith("hone 0.")
    assert max(len(line) for line in hone.run("--help").stdout.splitlines()) <= 110


def test_every_error_id_is_explained(hone, folder):
    for word in ("usage", "input", "not-found", "limit", "system", "bug", "envelope.off-grid", "csv.missing-column"):
        assert len(hone.run("help", word).stdout) > 40
    assert "Did you mean envelope.off-grid?" in hone.run("help", "envelope.of-grid", code=3).stderr


def test_suggestions(hone, folder):
    assert "Did you mean envelope?" in hone.run("envelop", code=2).stderr
    assert "Did you mean compute?" in hone.run("envelope", "comptue", code=2).stderr
    assert "Did you mean --production?" in hone.run("envelope", "compute", "--produktion", "x", code=2).stderr
    assert "--production" in hone.run("envelope", "compute", "--harvest", "x", code=2).stderr
    assert "needs a value" in hone.run("envelope", "compute", "--crop", code=2).stderr
    assert "two dashes" in hone.run("envelope", "compute", "-crop", "x", code=2).stderr


def test_reference_is_generated(hone, folder):
    written = (hone.source / "docs/reference.md").read_text()
    assert written == hone.run("docs").stdout, "renew it with: build/release/hone docs > docs/reference.md"


def test_formats(hone, folder):
    words = ["envelope", "query", *sample(hone, folder), "--area", "1,100", "--tiers", "comprehensive"]
    table = hone.run(*words).stdout
    assert "lower_kcal" in table and "crop_set" in table
    csv = hone.run(*words, "--format", "csv").stdout.splitlines()
    assert csv[0].startswith("region,tier,area_km2") and len(csv) == 3
    rows = [json.loads(line) for line in hone.run(*words, "--format", "ndjson").stdout.splitlines()]
    assert len(rows) == 2 and isinstance(rows[0]["lower_kcal"], int) and rows[0]["loss_kcal"] is None
    document = json.loads(hone.run(*words, "--format", "json").stdout)
    assert set(document) == {"summary", "tables", "issues", "execution"}
    assert document["tables"]["query"] == rows
    assert "Did you mean json?" in hone.run(*words, "--format", "jsn", code=2).stderr


def test_settings_and_their_order(hone, folder):
    config = folder / "config/hone"
    config.mkdir(parents=True)
    (config / "config").write_text("threads = 3  # as the machine has\nmemory = 1GiB\n")
    rows = {r["setting"]: r for r in json.loads(hone.run("config", "--format", "json").stdout)}
    assert rows["threads"]["value"] == "3" and rows["threads"]["from"].startswith("file ")
    rows = {r["setting"]: r for r in json.loads(hone.run("config", "--format", "json", env={"HONE_THREADS": "2"}).stdout)}
    assert rows["threads"]["value"] == "2" and rows["threads"]["from"] == "environment HONE_THREADS"
    assert rows["memory"]["value"] == "1GiB"
    rows = {r["setting"]: r for r in json.loads(hone.run("config", "--threads", 1, "--format", "json").stdout)}
    assert rows["threads"]["value"] == "1" and rows["threads"]["from"] == "flag"
    (config / "config").write_text("thread = 3\n")
    assert "Did you mean threads?" in hone.run("config", code=2).stderr
    (config / "config").write_text("")
    assert "--memory" in hone.run("envelope", "sample", "--memory", "lots", "--out", folder / "x", code=2).stderr
    assert "--threads" in hone.run("doctor", "--threads", "0", code=2).stderr


def why_a_result_was_not_found(hone, folder, words):
    """`cache why` in a process of its own."""
    def why(key, **more):
        return json.loads(hone.run("cache", "why", key, "--format", "json", **more).stdout)

    explained = hone.run(*words, "--explain").stderr
    execution = read_json(folder / "out/execution.json")
    assert f"key: {execution['key']}" in explained
    stored = why(execution["key"][:8])
    assert stored["key"] == execution["key"] and stored["is_found"] and stored["stored_bytes"] > 0, stored
    assert any(name.startswith("input ") for name in stored["parts"]), stored
    assert any(record.get("key") == execution["key"] for record in execution["decisions"])
    hone.run("cache", "invalidate", "--tag", "app:envelope")
    missed = why(execution["key"])
    assert not missed["is_found"] and missed["reason"] == "invalidated" and missed["detail"] == "app:envelope", missed
    text = hone.run("cache", "why", execution["key"]).stdout
    assert "invalidated" in text and "app:envelope" in text, text
    hone.run(*words)
    assert why(execution["key"])["is_found"]
    hone.run(*words, "--tiers", "prime_land")
    other = read_json(folder / "out/execution.json")["key"]
    hone.run("cache", "clear")
    hone.run(*words)
    gone = why(other)
    assert gone["reason"] == "removed" and gone["nearest"]["key"] == execution["key"], gone
    assert [part["name"] for part in gone["nearest"]["differences"]] == ["tiers"], gone
    hone.run("cache", "why", "0123456789abcdef", code=3)
    hone.run("cache", "why", "xyz", code=2)
    hone.run("cache", "why", code=2)
    hone.run("cache", "why", execution["key"], "extra", code=2)
    hone.run("cache", "why", execution["key"], "--cache", "off", code=2)
    hone.run("cache", "clear")


def test_list_doctor_and_cache(hone, folder):
    assert "envelope" in hone.run("list").stdout
    assert "cache folder" in hone.run("doctor").stdout
    words = ["envelope", "compute", *sample(hone, folder), "--out", folder / "out"]
    hone.run(*words)
    stats = json.loads(hone.run("cache", "stats", "--format", "json").stdout)
    assert stats[-1]["application"] == "all" and stats[-1]["entries"] >= 1
    hone.run(*words)
    assert read_json(folder / "out/execution.json")["origin"] == "disk"
    hone.run("cache", "invalidate", "--app", "envelope")
    hone.run(*words)
    assert read_json(folder / "out/execution.json")["origin"] == "computed"
    hone.run("cache", "invalidate", "--file", folder / "data" / FILES[0])
    hone.run(*words)
    assert read_json(folder / "out/execution.json")["origin"] == "computed"
    assert "entries removed" in hone.run("cache", "clear").stdout
    assert json.loads(hone.run("cache", "--format", "json").stdout)[-1]["entries"] == 0
    hone.run("cache", "frobnicate", code=2)
    why_a_result_was_not_found(hone, folder, words)
    assert "belongs to cache invalidate" in hone.run("cache", "clear", "--app", "envelope", code=2).stderr
    assert "Did you mean envelope?" in hone.run("cache", "invalidate", "--app", "envelop", code=2).stderr
    hone.run("cache", "invalidate", "--file", folder, code=2)
    hone.run("list", "extra", code=2)
    # However a file is spelt, its results are found.
    words = ["envelope", "compute", "--production", folder / "." / "data", "--harvest", f"{folder}/./data", "--out", folder / "out"]
    hone.run(*words)
    hone.run("cache", "invalidate", "--file", f"data/../data/{FILES[1]}", cwd=folder)
    hone.run(*words)
    assert read_json(folder / "out/execution.json")["origin"] == "computed"


def test_a_folder_of_several_results_keeps_them(hone, folder):
    arguments = sample(hone, folder)
    data = folder / "data"
    hone.run("envelope", "compute", *arguments, "--country", "USA,CHN", "--out", data)
    hone.run("envelope", "query", *arguments, "--area", 1, "--out", data)
    for name in (*FILES, "envelope.csv", "tiers.csv", "query.csv", "figures/envelope_CHN.svg"):
        assert (data / name).is_file(), name
    hone.run("envelope", "compute", *arguments, "--country", "USA", "--out", data)
    hone.run("envelope", "compute", *arguments, "--country", "CHN", "--out", data)
    assert not (data / "figures/envelope_USA.svg").exists(), "what the same task left before goes"


def test_explain_and_trace(hone, folder):
    words = ["envelope", "compute", *sample(hone, folder), "--out", folder / "out"]
    done = hone.run(*words, "--explain", "--trace", folder / "trace.json", "--metrics", folder / "m.txt")
    for word in ("plan:", "threads", "all usable cores", "decisions:", "memo base", "stage order"):
        assert word in done.stderr or word == "all usable cores", (word, done.stderr)
    events = read_json(folder / "trace.json")["traceEvents"]
    assert any(event["name"] == "read production" for event in events)
    metrics = (folder / "m.txt").read_text()
    assert 'hone_runs_total{app="envelope",origin="computed",task="compute"} 1\n' in metrics
    for name in ('hone_budget_peak_bytes{budget="hone/runs"} ', "hone_memory_pressure_level ", "hone_memory_room_bytes ",
                 "process_resident_memory_bytes ", 'hone_leak_alarm{subsystem="hone/runs"} 0'):
        assert f"\n{name}" in metrics, (name, metrics)


def test_files_of_options_are_written_through(hone, folder):
    words = ["envelope", "compute", *sample(hone, folder), "--out", folder / "out"]
    (folder / "deep").mkdir()
    (folder / "link").symlink_to("deep/trace.json")
    hone.run(*words, "--trace", folder / "link")
    assert (folder / "link").is_symlink() and read_json(folder / "deep/trace.json")["traceEvents"]
    for option in ("--metrics", "--trace"):
        done = hone.run(*words, option, "/dev/full", code=4)
        assert "/dev/full" in done.stderr and stat.S_ISCHR(os.stat("/dev/full").st_mode), done.stderr
    os.mkfifo(folder / "pipe")
    assert "nobody reads" in hone.run(*words, "--metrics", folder / "pipe", code=4).stderr
    with open(folder / "heard", "wb") as heard, subprocess.Popen(["cat", folder / "pipe"], stdout=heard):
        writing = os.open(folder / "pipe", os.O_WRONLY)  # waits until somebody reads
        hone.run(*words, "--metrics", folder / "pipe")
        os.close(writing)
    assert "hone_runs_total" in (folder / "heard").read_text()
    assert "hone_runs_total" in hone.run(*words, "--metrics", "/dev/stdout").stdout


def test_profile(hone, folder):
    words = ["envelope", "compute", *sample(hone, folder), "--out", folder / "out"]
    said = hone.run(*words, "--profile").stderr
    for word in ("profile: computed now", "read production", "where the bytes went", "rows read 3 9", "time lost"):
        assert word in said, (word, said)
    assert "remembered on disk" in hone.run(*words, env={"HONE_PROFILE": "on"}).stderr


def test_deadline(hone, folder):
    words = ["envelope", "compute", *sample(hone, folder), "--out", folder / "out"]
    hone.run(*words, "--deadline", "10m")
    def files():
        return {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    before = files()
    for more in ([], ["--plain"]):
        said = hone.run(*words, "--deadline", "soon", *more, code=2).stderr
        assert "--deadline: expected a time" in said, said
        said = hone.run(*words, "--deadline", "2us", *more, code=4).stderr
        assert "deadline passed" in said and "hone help limit" in said, said
        assert files() == before
    assert "deadline" in hone.run("help", "limit").stdout


def test_bench_replays_recorded_requests(hone, folder):
    keys = [str(n % 10) for n in range(1000)]
    (folder / "loop.txt").write_text("\n".join(keys) + "\n")
    rows = json.loads(hone.run("bench", "cache", folder / "loop.txt", "--capacity", "5,10").stdout)
    assert {row["policy"] for row in rows} == {"ours", "lru", "s3fifo", "sieve", "wtinylfu", "gdsf", "belady"}
    ratio = {(row["capacity"], row["policy"]): row["hit_ratio"] for row in rows}
    assert ratio[5, "lru"] == 0 and ratio[10, "lru"] == ratio[10, "belady"] == 0.99
    assert 0.3 < ratio[5, "ours"] <= ratio[5, "belady"] < 0.5
    (folder / "sized.csv").write_text("key,size,cost\na,10,1\nb,100,5\na,10,1\nb,100,5\nc,1000,9\nc,1000,9\n")
    rows = json.loads(hone.run("bench", "cache", folder / "sized.csv", "--capacity", "200", "--requests-format", "sized").stdout)
    best = next(row for row in rows if row["policy"] == "belady")
    assert best["hit_ratio"] == 2 / 6 and best["byte_hit_ratio"] == 110 / 2220 and best["cost_hit_ratio"] == 6 / 30
    assert "--capacity" in hone.run("bench", "cache", folder / "loop.txt", code=2).stderr
    assert "keys or sized" in hone.run("bench", "cache", folder / "loop.txt", "--capacity", 1, "--requests-format", "x", code=2).stderr
    (folder / "bad.csv").write_text("key,size\na,10\nb,ten\n")
    said = hone.run("bench", "cache", folder / "bad.csv", "--capacity", 1, "--requests-format", "sized", code=3).stderr
    assert "bad.csv" in said and "3" in said


def test_completion(hone, folder):
    script = hone.run("completion", "bash").stdout
    def complete(*words):
        line = script + f"""
COMP_WORDS=(hone {' '.join(repr(w) for w in words)}); COMP_CWORD={len(words)}; COMPREPLY=(); _hone
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        return done.stdout.split()
    assert complete("enve") == ["envelope"]
    assert complete("envelope", "com") == ["compute"]
    assert "--production" in complete("envelope", "compute", "--pro")
    assert complete("envelope", "compute", "--crop", "allg") == ["allgrain"]
    hone.run("completion", "fish", code=2)


def test_readable_examples_of_the_readme(hone, folder):
    """Every `hone ...` line of README.md and of the applications' pages is accepted as it stands."""
    pages = [hone.source / "README.md", *sorted((hone.source / "hone/apps").glob("*/README.md"))]
    hone.run("envelope", "sample", "--cells", 2000, "--seed", 1, "--out", folder / "data")
    seen = 0
    for page in pages:
        for line in page.read_text().splitlines():
            if not line.startswith("    hone "):
                continue
            words = shlex.split(line, comments=True)[1:]
            if words[0] in ("demo", "bench"):
                continue
            if "fetch" in words:
                continue
            if "--cells" in words:
                words[words.index("--cells") + 1] = "2000"
            hone.run(*words, cwd=folder)
            seen += 1
    assert seen >= 4, f"only {seen} examples found"


def test_demo(hone, folder):
    done = hone.run("demo", "--scale", "small", cwd=folder)
    assert "envelope" in done.stdout and "CPU" in done.stdout
    page = (folder / "out/demo/index.html").read_text()
    assert page.count("<svg") >= 1 and "synthetic" in page
    again = hone.run("demo", "--scale", "small", cwd=folder)
    assert "making the sample" in done.stderr and "making the sample" not in again.stderr


if __name__ == "__main__":
    sys.exit(main([test_help_everywhere, test_every_error_id_is_explained, test_suggestions, test_reference_is_generated,
                   test_formats, test_settings_and_their_order, test_list_doctor_and_cache, test_explain_and_trace, test_a_folder_of_several_results_keeps_them,
                   test_files_of_options_are_written_through, test_profile, test_deadline, test_bench_replays_recorded_requests,
                   test_completion, test_readable_examples_of_the_readme, test_demo]))
