#!/usr/bin/env python3
"""Faults around the executable: damaged caches, full disks, kills, signals, inputs that change while they are read.

Whatever happens, a run gives the bytes of plain execution or ends with a named error: it does not crash, hang, or leave
a torn file. HONE_TEST_SCALE makes the campaigns longer, HONE_TEST_SEED makes them others.
"""
import functools
import itertools
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from harness import main, read_json

SCALE = max(1, int(os.environ.get("HONE_TEST_SCALE", "1")))
SEED = int(os.environ.get("HONE_TEST_SEED", "20260101"))
CELLS = 30000
PATIENCE = 60  # seconds until a process counts as hung
FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")
SHARED = pathlib.Path()  # of all tests: the sample and what plain execution makes of it
NOBODY = 65534
started = []  # processes of the present test


# What is run and what must come out of it.

SAMPLE = ["envelope", "sample", "--cells", CELLS, "--seed", 1]


def words_of(production, harvest):
    return ["envelope", "compute", "--production", production, "--harvest", harvest, "--crop", "allgrain"]


def words_on(data, grid=100, country="all"):
    return [*words_of(data / FILES[0], data / FILES[1]), "--country", country, "--grid", f"log:{grid}"]


def command(hone, *words):
    return [hone.executable, *map(str, words)]


def run(hone, *words, codes=(0,), prefix=(), timeout=PATIENCE, **options):
    """Runs hone to its end, which must have one of the codes given and come in time."""
    usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": hone.environment}
    done = subprocess.run([*map(str, prefix), *command(hone, *words)], text=True, errors="replace", timeout=timeout,
                          **{**usual, **options})
    said = f"{(done.stdout or '')[-500:]}\n{(done.stderr or '')[-1500:]}"
    assert done.returncode in codes, f"exit {done.returncode}, expected {codes}: {' '.join(map(str, words))}\n{said}"
    return done


def start(hone, *words, prefix=(), **options):
    """Starts hone and does not wait; ended with the test at the latest."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*prefix, *command(hone, *words)], env=hone.environment, **{**quiet, **options})
    started.append(process)
    return process


def end(process):
    """Ends a process that is still there and returns its code."""
    process.kill()
    return process.wait(PATIENCE)


def alone(test):
    """The test, with no process left behind."""
    @functools.wraps(test)
    def call(hone, folder):
        try:
            test(hone, folder)
        finally:
            while started:
                end(started.pop())
    return call


def contents(folder):
    """Bytes of all files but execution.json, which tells how a result came about."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and p.name != "execution.json"}


def hidden(folder):
    """Files and folders that a run uses on its way and must not leave."""
    return [str(p.relative_to(folder)) for p in folder.rglob("*") if p.name.startswith(".") or p.name.endswith(".tmp")]


def check_equal(folder, expected, what):
    found = contents(folder)
    wrong = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    assert not wrong, f"{what}: {len(wrong)} files differ from plain execution, are missing or too many: {wrong[:5]}"
    assert not hidden(folder), f"{what}: left behind: {hidden(folder)[:5]}"


def check_whole(folder, states, what, leftovers=False):
    """Every file is whole: that of one of the states."""
    for name, found in contents(folder).items() if folder.exists() else ():
        if leftovers and any(part.startswith(".") for part in pathlib.Path(name).parts):
            continue
        assert any(state.get(name) == found for state in states), f"{what}: {name} is torn or not ours"
    assert leftovers or not folder.exists() or not hidden(folder), f"{what}: left behind: {hidden(folder)[:5]}"


def shared(name, make):
    """A folder for all tests, made at the first use."""
    folder = SHARED / name
    if not folder.exists():
        make(folder)
    return folder


def sample(hone):
    return shared("data", lambda folder: run(hone, *SAMPLE, "--out", folder, "--plain"))


def plain(hone, *how):
    words = words_on(sample(hone), *how)
    return contents(shared(f"plain{how}", lambda folder: run(hone, *words, "--out", folder, "--plain")))


def origin(out):
    return read_json(out / "execution.json")["origin"]


def computed_whole(out):
    """True if the run took nothing from others."""
    execution = read_json(out / "execution.json")
    return execution["origin"] == "computed" and not any(
        "remembered" in decision["reason"] for decision in execution["decisions"])


def wait_until_settled(*files):
    """Waits until files are old enough for their times to tell a later change (digest_store.cc)."""
    time.sleep(max(0.0, max(f.stat().st_ctime for f in files) + 2.1 - time.time()))


def skip(what, why):
    print(f"skipped {what}: {why}")


def is_sanitized(hone):
    cache = hone.build / "CMakeCache.txt"
    return cache.exists() and re.search(r"^HONE_SANITIZE:\w+=.", cache.read_text(), re.M) is not None


# Disks of a few KiB.

def namespace(*kinds):
    """Words in front of a command that give it private mounts (or processes), or nothing if that is not permitted."""
    for words in (["unshare", *kinds], ["unshare", "-r", *kinds]):
        try:
            trial = "mount -t tmpfs none /mnt && umount /mnt" if "-m" in kinds else "true"
            if subprocess.run([*words, "sh", "-c", trial], capture_output=True, timeout=PATIENCE).returncode == 0:
                return words
        except FileNotFoundError:
            return None
    return None


ON_DISK = """
options=$1 disk=$2 before=$3 kept=$4; shift 4
mount -t tmpfs none "$disk" || exit 99
[ -z "$before" ] || cp -a "$before/." "$disk" || exit 98
mount -o "remount,$options" "$disk" || exit 97
"$@"; code=$?
cp -a "$disk" "$kept"
mount -o remount,rw,size=256m "$disk"
"$@" >/dev/null 2>"$kept.stderr"; echo $? >"$kept.code"
cp -a "$disk" "$kept.next"
exit $code
"""
disks = itertools.count()


class Disk:
    """A run on a disk of its own, mounted with `options`: how it ended, what was on the disk then (`kept`), and what
    was there after the same run with room (`next`). `words` makes the words of the run from the disk's folder."""

    def __init__(self, hone, folder, options, words, before=None, codes=(0,)):
        self.path = folder / f"disk{next(disks)}"
        self.path.mkdir()
        kept = self.path.with_suffix(".kept")
        prefix = [*namespace("-m"), "sh", "-c", ON_DISK, "sh", options, self.path, before or "", kept]
        self.done = run(hone, *words(self.path), codes=codes, prefix=prefix)
        self.kept, self.next = kept, self.path.with_suffix(".kept.next")
        code, said = (self.path.with_suffix(f".kept.{name}").read_text() for name in ("code", "stderr"))
        assert code.strip() == "0", f"the run after it, with room: exit {code}\n{said[-1500:]}"


def blocks(files):
    """Bytes that files take on a disk."""
    return sum(-(-len(content) // 4096) * 4096 for content in files.values())


# The cache.

def flipped(content, chance):
    """One bit of a few bytes turned, the first one anywhere."""
    content = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 8))):
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


DAMAGES = {"emptied": lambda b, chance: b"", "cut to one byte": lambda b, chance: b[:1],
           "cut to a piece": lambda b, chance: b[:chance.randrange(len(b) + 1)],
           "last byte cut": lambda b, chance: b[:-1], "flipped": flipped,
           "longer": lambda b, chance: b + b"\0", "all zero": lambda b, chance: bytes(len(b)),
           "noise": lambda b, chance: chance.randbytes(len(b))}


class WarmCache:
    """A cache folder with an entry of each kind, restored before each damage."""

    def __init__(self, hone, folder):
        self.hone, self.folder, self.words = hone, folder, words_on(sample(hone), 50, "USA,CHN")
        self.expected = plain(hone, 50, "USA,CHN")
        self.cache, self.saved = folder / "cache/hone", folder / "saved"
        wait_until_settled(*sample(hone).glob("*.csv"))
        run(hone, "cache", "invalidate", "--tag", "app:envelope")
        run(hone, *self.words, "--out", folder / "out")
        shutil.copytree(self.cache, self.saved)
        assert {kind: len(files) for kind, files in self.kinds().items()} == {
            "entries": 2, "digests": 2, "history": 1, "statistics": 2, "tags": 1, "mark": 1, "asked": 1}

    def files(self):
        """All files, relative to the folder."""
        return sorted(p.relative_to(self.saved) for p in self.saved.rglob("*") if p.is_file())

    def kinds(self):
        kinds = {}
        for file in self.files():
            kind = {"CACHEDIR.TAG": "mark", ".stats": "statistics"}.get(file.name)
            kind = kind or ("tags" if "tags" in file.parts else file.parts[0].replace("v1", "entries"))
            kinds.setdefault(kind, []).append(file)
        return kinds

    def restore(self):
        shutil.rmtree(self.cache)
        shutil.copytree(self.saved, self.cache)

    def check(self, what, heals=True):
        for turn in ("first", "second") if heals else ("only",):
            out = self.folder / "out"
            shutil.rmtree(out)
            run(self.hone, *self.words, "--out", out)
            check_equal(out, self.expected, f"{what}, {turn} run")
        assert not heals or origin(out) == "disk", f"{what}: the second run does not find what the first one kept"


def test_damaged_cache(hone, folder):
    chance = random.Random(SEED)
    cache = WarmCache(hone, folder)
    kinds = cache.kinds()
    groups = [["entries"], ["tags"], ["digests", "history", "statistics", "mark", "asked"], list(kinds)]
    for group, what in [*itertools.product(groups, DAMAGES), *[(groups[0], "flipped")] * (6 * SCALE)]:
        cache.restore()
        for file in sum((kinds[kind] for kind in group), []):
            path = cache.cache / file
            path.write_bytes(DAMAGES[what](path.read_bytes(), chance))
        cache.check(f"{', '.join(group)} {what}")


def test_exchanged_and_misplaced_files_of_the_cache(hone, folder):
    cache = WarmCache(hone, folder)
    for kind, files in cache.kinds().items():
        cache.restore()
        for here, there in zip(files, files[1:] + files[:1]):
            shutil.copyfile(cache.saved / there, cache.cache / here)
        cache.check(f"{kind} exchanged")
    for file in [*cache.files(), *sorted({parent for file in cache.files() for parent in list(file.parents)[:-1]})]:
        cache.restore()
        path = cache.cache / file
        if path.is_dir():
            shutil.rmtree(path)
            path.write_bytes(b"a file in place of a folder")
        else:
            path.unlink()
            (path / "a folder in place of a file").mkdir(parents=True)
        cache.check(f"{file} misplaced", heals=False)


def test_cache_folder_that_cannot_be_used(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    (folder / "file").write_text("not a folder")
    for number, cache in enumerate([folder / "file", folder / "file/below", "/dev/null", "/dev/null/below",
                                    folder / ("x" * 300), "/proc/hone-test"]):
        for turn in range(2):
            out = folder / f"out{number}{turn}"
            run(hone, *words, "--out", out, "--cache", cache)
            check_equal(out, expected, f"cache folder {cache}")
    assert (folder / "file").read_text() == "not a folder"


def test_cache_folder_without_rights(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    if os.getuid() != 0:
        (folder / "cache").mkdir(mode=0o500)
        run(hone, *words, "--out", folder / "out")
        return check_equal(folder / "out", expected, "cache folder without rights")
    if not is_usable_by_nobody(hone, folder):
        return skip("test_cache_folder_without_rights", "the executable is not for everyone")
    run(hone, *words, "--out", folder / "ours")  # Others must do without a cache of ours, readable or not.
    (folder / "out").mkdir()
    os.chown(folder / "out", NOBODY, NOBODY)
    for mode in (0o700, 0o755):
        (folder / "cache/hone").chmod(mode)
        run(hone, *words, "--out", folder / "out", user=NOBODY, group=NOBODY, extra_groups=[])
        check_equal(folder / "out", expected, "cache folder of another user")


def is_usable_by_nobody(hone, folder):
    """True if another user can run hone and read the sample."""
    folder.chmod(0o755)
    SHARED.chmod(0o755)
    try:
        run(hone, "--version", user=NOBODY, group=NOBODY, extra_groups=[])
    except PermissionError:
        return False
    return os.access(sample(hone) / FILES[0], os.R_OK)


def test_cache_on_a_read_only_disk(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    if namespace("-m") is None:
        return skip("test_cache_on_a_read_only_disk", "mounting is not permitted")
    out = folder / "out"
    Disk(hone, folder, "ro", lambda d: [*words, "--out", out, "--cache", d / "cache"])
    check_equal(out, expected, "absent cache on a read-only disk")
    run(hone, *words, "--out", out)
    disk = Disk(hone, folder, "ro", lambda d: [*words, "--out", out, "--cache", d / "hone"], before=folder / "cache")
    check_equal(out, expected, "warm cache on a read-only disk")
    assert contents(disk.kept) == contents(folder / "cache")


def test_cache_on_a_full_disk(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    if namespace("-m") is None:
        return skip("test_cache_on_a_full_disk", "mounting is not permitted")
    run(hone, *words, "--out", folder / "out")
    whole = blocks(contents(folder / "cache"))
    chance = random.Random(SEED)
    for size in [4096, whole - 65536, *(chance.randrange(whole) for _ in range(2 * SCALE))]:
        out = folder / f"out{size}"
        disk = Disk(hone, folder, f"size={size}", lambda d: [*words, "--out", out, "--cache", d / "cache"])
        check_equal(out, expected, f"cache on a disk of {size} bytes")
        assert not [name for name in hidden(disk.kept) if not name.endswith(".stats")], hidden(disk.kept)
        assert read_json(out / "execution.json")["origin"] in ("computed", "disk")


# The output folder.

def test_output_on_a_full_disk(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    if namespace("-m") is None:
        return skip("test_output_on_a_full_disk", "mounting is not permitted")
    whole = blocks(expected)
    first = blocks({"first": max(expected.values(), key=len)})
    chance = random.Random(SEED)
    for size in [4096, first - 4096, first, whole - 4096, *(chance.randrange(first, whole) for _ in range(2 * SCALE))]:
        disk = Disk(hone, folder, f"size={size}", lambda d: [*words, "--out", d / "out"], codes=(4,))
        check_whole(disk.kept / "out", [expected], f"output on a disk of {size} bytes")
        assert "summary.json" not in contents(disk.kept / "out"), "a result that is not complete has no summary"
        assert str(disk.path / "out") in disk.done.stderr and "No space left" in disk.done.stderr, disk.done.stderr
        check_equal(disk.next / "out", expected, "output with room")


def test_earlier_result_on_a_full_disk(hone, folder):
    words, expected, earlier = words_on(sample(hone)), plain(hone), plain(hone, 60)
    if namespace("-m") is None:
        return skip("test_earlier_result_on_a_full_disk", "mounting is not permitted")
    before = folder / "before"
    run(hone, *words_on(sample(hone), 60), "--out", before / "out")
    whole = blocks(earlier)
    into = lambda d: [*words, "--out", d / "out"]
    disk = Disk(hone, folder, f"size={whole + 65536}", into, before=before, codes=(4,))
    check_equal(disk.kept / "out", earlier, "an earlier result when nothing new fits")
    check_equal(disk.next / "out", expected, "output with room")
    for size in range(whole + 8192, whole + blocks(expected), blocks(expected) // (2 + 2 * SCALE)):
        disk = Disk(hone, folder, f"size={size}", into, before=before, codes=(0, 4))
        check_whole(disk.kept / "out", [earlier, expected], "an earlier result when some of the new one fits")
        assert earlier.keys() <= contents(disk.kept / "out").keys()
        check_equal(disk.next / "out", expected, "output with room")


def test_streamed_output_on_a_full_disk(hone, folder):
    expected = contents(sample(hone))
    if namespace("-m") is None:
        return skip("test_streamed_output_on_a_full_disk", "mounting is not permitted")
    for share in (0, 0.2, 0.5, 0.8, 0.99):
        size = 4096 + int(share * blocks(expected))
        disk = Disk(hone, folder, f"size={size}", lambda d: [*SAMPLE, "--out", d / "out"], codes=(4,))
        check_whole(disk.kept / "out", [expected], f"sample on a disk of {share} of its size")
        assert str(disk.path / "out") in disk.done.stderr and "No space left" in disk.done.stderr, disk.done.stderr
        check_equal(disk.next / "out", expected, "sample with room")


def test_output_folder_that_cannot_be_made(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    file = folder / "file"
    file.write_text("not a folder")
    for out, named in ((file, file), (file / "below", file), ("/dev/null/below", "/dev/null"),
                       (folder / ("x" * 300), folder), ("/proc/hone-test", "/proc/hone-test")):
        for more in ([], ["--plain"]):
            done = run(hone, *words, "--out", out, *more, codes=(4,))
            assert str(named) in done.stderr, done.stderr
    done = run(hone, *SAMPLE, "--out", file, codes=(4,))
    assert str(file) in done.stderr and file.read_text() == "not a folder"
    if namespace("-m") is not None:
        for name in ("out", ""):
            disk = Disk(hone, folder, "ro", lambda d: [*words, "--out", d / name], codes=(4,))
            assert str(disk.path) in disk.done.stderr and "Read-only" in disk.done.stderr, disk.done.stderr
            assert not contents(disk.kept)
    else:
        skip("part of test_output_folder_that_cannot_be_made", "mounting is not permitted")
    run(hone, *words, "--out", folder / "deep/er/out")
    check_equal(folder / "deep/er/out", expected, "output folder with parents that are made")
    (folder / "link").symlink_to(folder / "deep")
    run(hone, *words, "--out", folder / "link/er/out")
    check_equal(folder / "deep/er/out", expected, "output folder behind a link")


def test_places_of_output_files_that_are_taken(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    for name in ("envelope.csv", "tiers.csv", "summary.json", "execution.json", "figures"):
        out = folder / name
        if name == "figures":
            out.mkdir()
            (out / name).write_text("a file in place of a folder")
        else:
            (out / name / "inner").mkdir(parents=True)
        done = run(hone, *words, "--out", out, codes=(4,))
        assert str(out / name) in done.stderr, done.stderr
        assert (out / name / "inner").is_dir() or (out / name).read_text() == "a file in place of a folder"
        if name == "figures":
            (out / name).unlink()
        else:
            shutil.rmtree(out / name)
        check_whole(out, [expected], f"{name} is taken")
        run(hone, *words, "--out", out)
        check_equal(out, expected, f"{name} is free again")


# Kills and signals.

def cold_seconds(hone, folder):
    """How long a run takes that finds nothing in the cache."""
    begun = time.monotonic()
    run(hone, *words_on(sample(hone)), "--out", folder / "measured", "--cache", folder / "measured-cache")
    return time.monotonic() - begun


def test_kill_at_random_moments(hone, folder):
    chance = random.Random(SEED)
    grids = (100, 60, 80)
    states = [plain(hone, grid) for grid in grids]
    seconds = cold_seconds(hone, folder)
    out, killed = folder / "out", 0
    while killed < 25 * SCALE:
        grid = chance.choice(grids)
        process = start(hone, *words_on(sample(hone), grid), "--out", out)
        time.sleep(chance.uniform(0, seconds))
        killed += end(process) == -signal.SIGKILL
        check_whole(out, states, f"after {killed} kills", leftovers=True)
        if chance.random() < 0.3:  # Runs become warm when one comes to its end.
            shutil.rmtree(folder / "cache", ignore_errors=True)
        if chance.random() < 0.1:
            run(hone, *words_on(sample(hone), grid), "--out", out)
            check_equal(out, plain(hone, grid), f"a run after {killed} kills")
    for _ in range(2):
        run(hone, *words_on(sample(hone)), "--out", out)
        check_equal(out, states[0], f"a run after {killed} kills")
    assert origin(out) == "disk"


def is_writing(out):
    """True if there is a file in the folder that a run has not finished."""
    return any(not entry.is_dir() or any(os.scandir(entry)) for entry in os.scandir(out) if entry.name.startswith("."))


def kill_while_writing(hone, words, out, prefix=()):
    """Kills runs until one leaves a file in the output folder that it had not finished."""
    out.mkdir()
    for _ in range(200):
        process = start(hone, *words, "--out", out, prefix=prefix)
        try:
            while process.poll() is None and not is_writing(out):
                pass
        except FileNotFoundError:  # It was finished between two looks.
            pass
        end(process)
        if hidden(out):
            return
    raise AssertionError("no moment of writing was found")


def test_leftovers_of_killed_runs_go_away(hone, folder):
    for words, expected in ((words_on(sample(hone)), plain(hone)), (SAMPLE, contents(sample(hone)))):
        out = folder / words[1]
        kill_while_writing(hone, words, out)
        check_whole(out, [expected], "killed while writing", leftovers=True)
        run(hone, *words, "--out", out)
        check_equal(out, expected, "after a kill")


def test_kill_of_a_process_with_a_number_that_comes_again(hone, folder):
    """In a container hone may have the same process number each time."""
    prefix = namespace("-p", "-f", "--kill-child")
    if prefix is None:
        return skip("test_kill_of_a_process_with_a_number_that_comes_again", "process namespaces are not permitted")
    out, expected = folder / "out", contents(sample(hone))
    kill_while_writing(hone, SAMPLE, out, prefix)
    time.sleep(0.1)  # Until the child is gone, too.
    for _ in range(2):
        run(hone, *SAMPLE, "--out", out, prefix=prefix)
        check_whole(out, [expected], "after a kill", leftovers=True)
        assert expected.keys() <= contents(out).keys()


def test_signals_stop_a_run(hone, folder):
    chance = random.Random(SEED)
    for words, expected in ((words_on(sample(hone)), plain(hone)), (SAMPLE, contents(sample(hone)))):
        begun = time.monotonic()
        run(hone, *words, "--out", folder / "measured", "--cache", "off")
        seconds = time.monotonic() - begun
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            out, codes = folder / f"out{code}{words[1]}", []
            while codes.count(code) < 3 * SCALE and len(codes) < 100 * SCALE:
                process = start(hone, *words, "--out", out, "--cache", folder / "signalled", stderr=subprocess.PIPE)
                time.sleep(chance.uniform(0, seconds))
                process.send_signal(number)
                said = process.communicate(timeout=PATIENCE)[1]
                codes.append(process.returncode)
                # A signal that comes before main() ends the process as it ends any other.
                assert process.returncode in (0, code, -number), (process.returncode, said[-500:])
                assert process.returncode != code or b"cancelled" in said, said
                check_whole(out, [expected], f"after {number!r}")
                shutil.rmtree(folder / "signalled", ignore_errors=True)
            assert code in codes, f"{number!r}: {codes}"
            run(hone, *words, "--out", out)
            check_equal(out, expected, f"a run after {number!r}")


def stopped_while_computing(hone, words):
    """A process that holds the lock of its result and is stopped there."""
    locks = pathlib.Path(hone.environment["XDG_CACHE_HOME"]) / "hone/locks"
    for _ in range(100):
        shutil.rmtree(locks.parent, ignore_errors=True)
        process = start(hone, *words)
        while process.poll() is None and not any(locks.glob("*.lock")):
            pass
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.05)
        if process.poll() is None and any(locks.glob("*.lock")):
            return process
        end(process)
    raise AssertionError("no moment of computing was found")


def test_signals_end_waiting_for_another_process(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    first = stopped_while_computing(hone, [*words, "--out", folder / "first"])
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        second = start(hone, *words, "--out", folder / "second")
        time.sleep(0.3)
        assert second.poll() is None, "the second process does not wait for the first one"
        second.send_signal(number)
        assert second.wait(5) == code
        check_whole(folder / "second", [], f"stopped by {number!r} while it waited")
    second = start(hone, *words, "--out", folder / "second")
    first.send_signal(signal.SIGCONT)
    assert first.wait(PATIENCE) == 0 and second.wait(PATIENCE) == 0
    check_equal(folder / "first", expected, "the process that was stopped")
    check_equal(folder / "second", expected, "the process that waited")
    assert computed_whole(folder / "first") and not computed_whole(folder / "second")


def test_killed_holder_of_a_lock_is_not_waited_for(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    first = stopped_while_computing(hone, [*words, "--out", folder / "first"])
    second = start(hone, *words, "--out", folder / "second")
    time.sleep(0.2)
    assert second.poll() is None
    end(first)
    assert second.wait(PATIENCE) == 0
    check_equal(folder / "second", expected, "the process that waited for a killed one")


# Several processes.

def test_processes_share_a_cold_cache(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    for turn, count in enumerate([2, 4] * 2 * SCALE):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        outs = [folder / f"out{turn}-{i}" for i in range(count)]
        processes = [start(hone, *words, "--out", out) for out in outs]
        codes = [process.wait(PATIENCE) for process in processes]
        assert codes == [0] * count, codes
        for out in outs:
            check_equal(out, expected, f"one of {count} processes")
        whole = sum(map(computed_whole, outs))
        assert 1 <= whole < count, f"{whole} of {count} processes computed everything"


def test_processes_share_an_output_folder(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    for turn in range(2 * SCALE):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        ways = ([], ["--cache", "off"], ["--plain"])
        processes = [start(hone, *words, "--out", folder / "out", *way) for way in ways]
        codes = [process.wait(PATIENCE) for process in processes]
        assert codes == [0, 0, 0], codes
        check_equal(folder / "out", expected, f"an output folder of three processes, turn {turn}")


# Inputs.

class Writer(threading.Thread):
    """Calls `change` while the with statement lasts: once, at most `latest` seconds after the start, or again and again."""

    def __init__(self, change, chance, storms, latest=0.04):
        super().__init__(daemon=True)
        self.change, self.chance, self.storms, self.latest = change, chance, storms, latest
        self.stopped, self.error = threading.Event(), None

    def run(self):
        try:
            time.sleep(self.chance.uniform(0, self.latest))
            self.change()
            while self.storms and not self.stopped.is_set():
                time.sleep(self.chance.choice((0, 0.001, 0.01, 0.05)))
                self.change()
        except Exception as error:  # Shown by the test.
            self.error = error

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.stopped.set()
        self.join()
        if self.error:
            raise self.error


def own_data(hone, folder):
    data = folder / "data"
    shutil.copytree(sample(hone), data)
    return data, data / FILES[0]


def with_other_digit(content):
    """The place of a digit in the middle of the file, and the digit that stands there in the other state."""
    begin = content.index(b"\n", len(content) // 2) + 1
    row = content[begin:content.index(b"\n", begin)]
    digit = next(re.finditer(rb",([1-8])\d*\.\d", row))
    return begin + digit.start(1), bytes([digit.group(1)[0] + 1])


def plain_on(hone, folder, data):
    out = folder / "plain"
    run(hone, *words_on(data), "--out", out, "--plain")
    return contents(out)


WAYS = ([], ["--cache", "off"], ["--trust-nothing"], ["--plain"])


def runs_on_changing(hone, folder, data, change, turns):
    """Results of runs while `change` is at work: bytes, or an error that names the file. On a machine so slow that each
    run meets a change there are more turns, with the change later and later."""
    chance, results = random.Random(SEED), []
    for turn in range(10 * turns * SCALE):
        lap = turn // (turns * SCALE)
        if lap > 0 and results:
            break
        out = folder / f"out{turn}"
        with Writer(change, chance, storms=lap == 0 and turn % 3 == 0, latest=0.04 * (1 + lap)):
            done = run(hone, *words_on(data), "--out", out, *chance.choice(WAYS), codes=(0, 3))
        if done.returncode == 3:
            assert FILES[0] in done.stderr, done.stderr
            check_whole(out, [], "an input that changed")
        else:
            results.append(out)
    assert results, "no run came to its end"
    return results


def test_input_is_rewritten_while_read(hone, folder):
    data, file = own_data(hone, folder)
    content = file.read_bytes()
    place, other = with_other_digit(content)
    states = []
    for digit in (other, content[place:place + 1]):
        with open(file, "r+b") as stream:
            stream.seek(place)
            stream.write(digit)
        states.append(plain_on(hone, folder, data))
    assert states[0] != states[1]

    turn = itertools.count()
    descriptor = os.open(file, os.O_WRONLY)

    def change():
        os.pwrite(descriptor, other if next(turn) % 2 else content[place:place + 1], place)

    for out in runs_on_changing(hone, folder, data, change, turns=24):
        assert contents(out) in states, f"{out.name}: bytes of no state of the file"
    os.close(descriptor)


def test_input_is_exchanged_while_read(hone, folder):
    data, file = own_data(hone, folder)
    content = file.read_bytes()
    place, other = with_other_digit(content)
    versions = [content, content[:place] + other + content[place + 1:]]
    states = []
    for version in versions:
        file.write_bytes(version)
        states.append(plain_on(hone, folder, data))
    turn = itertools.count()

    def change():
        beside = folder / "beside"
        number = next(turn)
        beside.write_bytes(versions[number % 2])
        if number % 5 == 0:
            file.unlink()
        os.replace(beside, file)

    for out in runs_on_changing(hone, folder, data, change, turns=24):
        assert contents(out) in states, f"{out.name}: bytes of no state of the file"


def test_input_is_cut_and_restored_while_read(hone, folder):
    data, file = own_data(hone, folder)
    content = file.read_bytes()
    descriptor, chance = os.open(file, os.O_WRONLY), random.Random(SEED)

    def change():
        at = len(content) - chance.randrange(len(content) // 2)
        os.ftruncate(descriptor, at)
        time.sleep(chance.choice((0, 0.002, 0.02)))
        while at < len(content):
            at += os.pwrite(descriptor, content[at:at + (1 << 20)], at)

    outs = runs_on_changing(hone, folder, data, change, turns=12)
    for out in outs:  # The file grew and shrank at its end only, so its length tells its content.
        size = read_json(out / "summary.json")["inputs"][0]["bytes"]
        file.write_bytes(content[:size])
        assert contents(out) == plain_on(hone, folder, data), f"{out.name}: not the bytes of a file of {size} bytes"
    os.close(descriptor)


def test_replaced_input_of_equal_size_and_time(hone, folder):
    data, file = own_data(hone, folder)
    content = file.read_bytes()
    place, other = with_other_digit(content)
    words, out = words_on(data), folder / "out"
    first = plain_on(hone, folder, data)
    before = file.stat()
    wait_until_settled(*data.glob("*.csv"))
    run(hone, *words, "--out", out)
    check_equal(out, first, "the first content")
    assert len(list((folder / "cache/hone/digests").iterdir())) == 2, "the digests are not remembered"

    with open(file, "r+b") as stream:
        stream.seek(place)
        stream.write(other)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = plain_on(hone, folder, data)
    assert second != first and file.stat().st_mtime_ns == before.st_mtime_ns
    for _ in range(2):
        run(hone, *words, "--out", out)
        check_equal(out, second, "content changed in place, times set back")

    wait_until_settled(file)
    run(hone, *words, "--out", out)
    beside = folder / "beside"
    beside.write_bytes(content)
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(beside, file)
    run(hone, *words, "--out", out)
    check_equal(out, first, "another file of equal size and time")


def refused_input(hone, path, *expected, codes=(3, 4), **options):
    """Each place of an input refuses this file soon, names it, and prints nothing else."""
    production, harvest = (sample(hone) / name for name in FILES)
    for pair in ((path, harvest), (production, path)):
        for way in ([], ["--plain"]):
            done = run(hone, *words_of(*pair), *way, codes=codes, timeout=20, **options)
            assert done.stdout == "", done.stdout
            for word in (pathlib.Path(path).name, *expected):
                assert word in done.stderr, (word, done.stderr)


def test_inputs_that_are_no_files(hone, folder):
    (folder / "empty-folder").mkdir()
    refused_input(hone, folder / "empty-folder", codes=(3,))
    (folder / "folders/x_P_TA.csv").mkdir(parents=True)
    (folder / "folders/x_H_TA.csv").mkdir(parents=True)
    refused_input(hone, folder / "folders")
    (folder / "loop").symlink_to("loop")
    refused_input(hone, folder / "loop")
    (folder / "dangling").symlink_to("nowhere")
    refused_input(hone, folder / "dangling", codes=(3,))
    (folder / "file").write_text("x")
    refused_input(hone, folder / "file/below")
    refused_input(hone, folder / ("x" * 300), "too long")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        refused_input(hone, folder / "socket")
    for device in ("/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem"):
        refused_input(hone, device)


def test_pipe_as_input_does_not_hang(hone, folder):
    os.mkfifo(folder / "pipe")
    refused_input(hone, folder / "pipe", codes=(3,))
    writing = os.open(folder / "pipe", os.O_RDWR)  # Somebody holds the other end and has written something.
    os.write(writing, b"x,y\n1,2\n")
    refused_input(hone, folder / "pipe", codes=(3,))
    os.close(writing)
    config = dict(hone.environment, HONE_CONFIG=str(folder / "pipe"))
    assert "pipe" in run(hone, "list", codes=(3,), timeout=20, env=config).stderr


def test_inputs_that_cannot_be_read(hone, folder):
    file = folder / "secret.csv"
    shutil.copyfile(sample(hone) / FILES[0], file)
    file.chmod(0)
    if os.getuid() != 0:
        return refused_input(hone, file, "Permission denied", codes=(4,))
    if not is_usable_by_nobody(hone, folder):
        return skip("test_inputs_that_cannot_be_read", "the executable is not for everyone")
    refused_input(hone, file, "Permission denied", codes=(4,), user=NOBODY, group=NOBODY, extra_groups=[])


def test_inputs_without_a_table(hone, folder):
    header = (sample(hone) / FILES[0]).read_bytes().split(b"\n")[0] + b"\n"
    harvest = sample(hone) / FILES[1]
    for name, content in {"empty.csv": b"", "one-byte.csv": b"\n", "zeros.csv": bytes(100_000),
                          "mark.csv": b"\xef\xbb\xbf", "quote.csv": b'"' + bytes(1000), "header.csv": header,
                          "no-end.csv": header[:-1], "zero-rows.csv": header + bytes(100_000),
                          "noise.csv": random.Random(SEED).randbytes(200_000), "commas.csv": b"," * 1_000_000}.items():
        (folder / name).write_bytes(content)
        done = run(hone, *words_of(folder / name, harvest), codes=(3,), timeout=20)
        # Without rows it is a question of both files.
        assert name in done.stderr or "no cell" in done.stderr, done.stderr
        assert done.stdout == ""


def test_sparse_input_of_a_gigabyte(hone, folder):
    file = folder / "sparse.csv"
    file.touch()
    os.truncate(file, 1 << 30)
    begun = time.monotonic()
    words = words_of(file, sample(hone) / FILES[1])
    done = run(hone, *words, codes=(3,))
    assert "sparse.csv" in done.stderr and "first line" in done.stderr, done.stderr
    assert time.monotonic() - begun < 20
    file.write_bytes((sample(hone) / FILES[0]).read_bytes().split(b"\n")[0] + b"\n")
    os.truncate(file, 1 << 30)  # A header and one line without an end.
    done = run(hone, *words, "--memory", "64MiB", codes=(3, 4))
    assert "sparse.csv" in done.stderr, done.stderr


# What the system grants.

def limited(**limits):
    """A preexec_fn that sets limits: limited(NOFILE=12)."""
    def set_limits():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    return set_limits


def test_few_file_descriptors(hone, folder):
    if is_sanitized(hone):
        return skip("test_few_file_descriptors", "sanitizers need descriptors for their checks")
    words, expected = words_on(sample(hone)), plain(hone)
    for count in (4, 5, 8, 12):
        codes, limit = (0, 4) if count < 12 else (0,), limited(NOFILE=count)
        for turn in ("cold", "warm"):
            out = folder / f"out{count}{turn}"
            cache = folder / f"cache{count}"
            done = run(hone, *words, "--out", out, "--cache", cache, codes=codes, preexec_fn=limit)
            if done.returncode == 4:
                assert "Too many open files" in done.stderr, done.stderr
                check_whole(out, [expected], f"{count} descriptors")
            else:
                check_equal(out, expected, f"{count} descriptors, {turn}")
        out = folder / f"sample{count}"
        run(hone, *SAMPLE, "--out", out, codes=codes, preexec_fn=limit)
        check_whole(out, [contents(sample(hone))], f"sample with {count} descriptors")


def test_small_memory(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    for more in (["--cache", "off"], ["--threads", 8, "--cache", "off"], []):
        run(hone, *words, "--out", folder / "out", "--memory", "48MiB", *more)
        check_equal(folder / "out", expected, f"48 MiB {more}")
        shutil.rmtree(folder / "out")
    for size in (1, 2, 8, 16):
        out = folder / f"small{size}"
        done = run(hone, *words, "--out", out, "--memory", f"{size}MiB", "--cache", "off",
                   codes=(4,) if size == 1 else (0, 4), timeout=20)
        if done.returncode == 0:
            check_equal(out, expected, f"{size} MiB")
            continue
        check_whole(out, [], f"{size} MiB")
        for word in ("memory", "runs", "used", f"{size} MiB"):  # Who holds what, and of how much.
            assert word in done.stderr, f"{word!r} is not said: {done.stderr}"


def smallest_that_loads(hone):
    """KiB of address space from which on the system's loader can start hone."""
    least, most = 1 << 10, 1 << 20
    while most - least > 4:
        middle = (least + most) // 2 & ~3
        done = run(hone, "--version", codes=(0, 4, 127, -signal.SIGSEGV), preexec_fn=limited(AS=middle << 10))
        least, most = (least, middle) if done.returncode in (0, 4) else (middle, most)
    return most


def test_small_address_space(hone, folder):
    if is_sanitized(hone):
        return skip("test_small_address_space", "sanitizers need address space")
    words, expected = words_on(sample(hone)), plain(hone)
    first = smallest_that_loads(hone)
    near = range(first + 16, first + 272, 8)  # The runtime library may have got no memory of its own there.
    for kibibytes in (*near, *(mebibytes << 10 for mebibytes in (24, 32, 48, 64, 96, 128, 192, 512))):
        out = folder / f"out{kibibytes}"
        done = run(hone, *words, "--out", out, "--cache", folder / f"cache{kibibytes}", codes=(0, 4, 127),
                   preexec_fn=limited(AS=kibibytes << 10))
        if done.returncode == 127:  # The loader, which had no memory, said so; hone was not even begun.
            assert "loading shared libraries" in done.stderr or "allocate" in done.stderr, done.stderr
        elif done.returncode == 4:
            assert "memory" in done.stderr, done.stderr
            check_whole(out, [expected], f"{kibibytes} KiB of address space")
        else:
            check_equal(out, expected, f"{kibibytes} KiB of address space")


def test_no_threads(hone, folder):
    if os.getuid() == 0 and not is_usable_by_nobody(hone, folder):
        return skip("test_no_threads", "the executable is not for everyone")
    if is_sanitized(hone):
        return skip("test_no_threads", "sanitizers need threads")
    as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    (folder / "out").mkdir(mode=0o777)
    (folder / "out").chmod(0o777)
    run(hone, *words_on(sample(hone)), "--out", folder / "out", "--threads", 4, preexec_fn=limited(NPROC=1), **as_user)
    check_equal(folder / "out", plain(hone), "no thread can be started")


def test_standard_output_that_cannot_be_written(hone, folder):
    data = sample(hone)
    query = ["envelope", "query", "--production", data / FILES[0], "--harvest", data / FILES[1], "--area", "1,1000"]
    for words in (["--help"], ["--version"], ["list"], ["docs"], ["config"], ["completion", "bash"], ["help", "usage"],
                  ["cache"], ["doctor"], query, [*query, "--format", "csv"], [*query, "--format", "json"]):
        with open("/dev/full", "w") as full:
            done = run(hone, *words, codes=(4,), stdout=full)
        assert "standard output" in done.stderr, done.stderr
        done = run(hone, *words, codes=(4,), stdout=None, preexec_fn=lambda: os.close(1))
        assert "standard output" in done.stderr, done.stderr
        for restores in (True, False):  # SIGPIPE ends the process, or it is ignored and the write fails.
            reading, writing = os.pipe()
            os.close(reading)
            done = run(hone, *words, codes=(-signal.SIGPIPE, 4), stdout=writing, restore_signals=restores)
            os.close(writing)
            assert done.returncode == 4 or "hone:" not in done.stderr, done.stderr
    run(hone, "list", codes=(0, -signal.SIGPIPE, 4), prefix=["sh", "-c", '"$@" | head -0', "sh"])


def test_streams_that_are_closed(hone, folder):
    words, expected = words_on(sample(hone)), plain(hone)
    for number, closed in enumerate([(0,), (1,), (2,), (0, 1, 2)]):
        out = folder / f"out{number}"
        run(hone, *words, "--out", out, "--explain", preexec_fn=lambda: [os.close(stream) for stream in closed])
        check_equal(out, expected, f"streams {closed} closed")
    with open("/dev/full", "w") as full:
        run(hone, *words, "--out", folder / "full", "--explain", stderr=full)
    check_equal(folder / "full", expected, "stderr full")


def test_closed_streams_are_no_files_of_a_run(hone, folder):
    """What is said on a closed stream must not get into a file that has its number."""
    process = start(hone, *SAMPLE, "--out", folder / "out", stdin=None, stdout=None, stderr=None,
                    preexec_fn=lambda: [os.close(stream) for stream in (0, 1, 2)])
    found = set()
    while process.poll() is None:
        for stream in (0, 1, 2):
            try:
                found.add(os.readlink(f"/proc/{process.pid}/fd/{stream}"))
            except OSError:  # Closed, or the process is gone.
                pass
    assert process.returncode == 0
    check_equal(folder / "out", contents(sample(hone)), "all streams closed")
    ours = [path for path in found if path.startswith(str(folder))]
    assert not ours, f"a standard stream is a file of the run: {ours}"


def test_clock_steps(hone, folder):
    if shutil.which("faketime") is None:
        return skip("test_clock_steps", "there is no faketime")
    words, expected = words_on(sample(hone)), plain(hone)
    for step in ("-10y", "+10y", "-1d", "+1h", "+0"):
        run(hone, *words, "--out", folder / "out", prefix=["faketime", "-f", step])
        check_equal(folder / "out", expected, f"the clock at {step}")


if __name__ == "__main__":
    print(f"seed {SEED} (HONE_TEST_SEED), scale {SCALE} (HONE_TEST_SCALE)")
    with tempfile.TemporaryDirectory(prefix="hone-e2e-") as name:
        SHARED = pathlib.Path(name)
        sys.exit(main([alone(test) for name, test in list(globals().items()) if name.startswith("test_")]))
