#!/usr/bin/env python3
"""Checks what the repository holds: sizes of files, forbidden names, texts that only make sense on one machine."""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORBIDDEN_NAMES = re.compile(r"(^|[/_])(util|utils|common|helper|helpers|manager|service)s?\.(h|cc)$")
# The thread pool and its loops hand on whatever a body throws. Background counts and reports it, since nobody waits for
# its jobs; the registry of reclaimers counts it, since the charge that asks is somebody else's.
CATCH_ALL = {"hone/formats/xml_events.cc", "hone/parallel/pool.cc", "hone/parallel/pool_blocks.cc",
             "hone/parallel/exec.cc", "hone/parallel/background.cc", "hone/memory/reclaim.cc"}
LARGEST_SOURCE_LINES = 600
LARGEST_FILE_BYTES = 1 << 20


def tracked() -> list:
    if not (ROOT / ".git").exists():
        return [p for p in ROOT.rglob("*") if p.is_file() and "build" not in p.relative_to(ROOT).parts]
    out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in out.split("\0") if name and (ROOT / name).is_file()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", help="unused here; the other checks take it")
    parser.parse_args()
    wrong = []
    files = tracked()
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        if FORBIDDEN_NAMES.search(name):
            wrong.append(f"{name}: name the file after its concept")
        if path.stat().st_size > LARGEST_FILE_BYTES:
            wrong.append(f"{name}: larger than {LARGEST_FILE_BYTES} bytes")
        if path.suffix in (".cc", ".h"):
            text = path.read_text(encoding="utf-8")
            if text.count("\n") > LARGEST_SOURCE_LINES:
                wrong.append(f"{name}: longer than {LARGEST_SOURCE_LINES} lines")
            if path.suffix == ".h" and not text.startswith("#pragma once"):
                wrong.append(f"{name}: does not start with #pragma once")
            if path.suffix == ".cc" and name not in CATCH_ALL and "catch (...)" in text:
                wrong.append(f"{name}: catch (...) hides mistakes")
    for line in wrong:
        print(line)
    print(f"{len(files)} files, {len(wrong)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
