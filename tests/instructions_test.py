#!/usr/bin/env python3
"""Counts the instructions of fixed loops under callgrind and compares them with tests/instructions.json: speed is guarded
by what is executed, never by wall time. HONE_UPDATE_GOLDEN=1 renews the table (look at the difference)."""
import json
import os
import re
import subprocess
import sys

from harness import main, read_json

TOLERANCE = 1.03       # by the compiler of the table; others and their libraries differ more
OTHER_TOLERANCE = 1.5
# Loops that allocate: how many instructions malloc takes depends on what the program freed before.
LOOSE = {"key_digest": 1.15, "csv_parse_byte": 1.06, "csv_write_byte": 1.06}
ABSOLUTE = 0.5         # instructions per call
# Bounds that hold whatever the table says: instructions that one call may cost beyond another.
MOST_BEYOND = {("adaptive_loop_remembered", "plain_loop"): 350, ("adaptive_items_remembered", "plain_loop"): 1200,
               ("adaptive_loop_unknown", "plain_loop"): 850}
MOST = {"span_off": 100, "counter": 8, "cancel_check": 50, "small_cache_hit": 150}


def count(hone, folder):
    """Instructions per call of each loop, and what the program says about itself."""
    program = hone.build / "hone_guard"
    out = folder / "callgrind.out"
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    about = json.loads(done.stdout)
    listed = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", out],
                            check=True, capture_output=True, text=True, timeout=60).stdout
    totals = {}
    for line in listed.splitlines():
        found = re.match(r"\s*([\d,]+)\s.*:hone::guard_(\w+)", line)
        if found:
            totals.setdefault(found[2], int(found[1].replace(",", "")))
    assert set(totals) == set(about["divisors"]), set(totals) ^ set(about["divisors"])
    return {name: round(total / about["divisors"][name], 2) for name, total in sorted(totals.items())}, about


def test_instructions(hone, folder):
    if not (hone.build / "hone_guard").exists():
        print("this build has no hone_guard: nothing to count")
        return
    counts, about = count(hone, folder)
    if not about["is_optimised"]:
        print("not optimised: nothing to compare")
        return
    path = hone.source / "tests/instructions.json"
    if os.environ.get("HONE_UPDATE_GOLDEN") == "1":
        path.write_text(json.dumps({"compiler": about["compiler"], "instructions": counts}, indent=2) + "\n")
    table = read_json(path)
    tolerance = TOLERANCE if table["compiler"] == about["compiler"] else OTHER_TOLERANCE
    known = table["instructions"]
    assert set(known) == set(counts), f"renew the table with HONE_UPDATE_GOLDEN=1: {set(known) ^ set(counts)}"
    wrong = []
    for name, now in counts.items():
        most = known[name] * max(tolerance, LOOSE.get(name, 0)) + ABSOLUTE
        verdict = "TOO MANY" if now > most else "fewer, renew the table" if now < known[name] * 0.9 - ABSOLUTE else ""
        print(f"{name:28} {now:10.2f}  known {known[name]:10.2f}  {verdict}")
        if now > most:
            wrong.append(f"{name}: {now} instructions, at most {most:.2f}")
    wrong += [f"{name}: {counts[name]} instructions, at most {most}" for name, most in MOST.items() if counts[name] > most]
    wrong += [f"{name}: {counts[name] - counts[than]:.0f} instructions more than {than}, at most {most}"
              for (name, than), most in MOST_BEYOND.items() if counts[name] - counts[than] > most]
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    sys.exit(main([test_instructions]))
