#!/usr/bin/env python3
"""Proves that every header and shared library in use belongs to a package of packages.txt (or to one that such a package
needs, as dpkg knows). Headers come from ninja's dependency log, libraries from ldd of the
executable, of the part that draws and of the reader of documents."""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def listed() -> set:
    lines = (ROOT / "packages.txt").read_text().splitlines()
    return {line.split()[1] for line in lines if line.strip() and not line.startswith("#")}


def with_dependencies(names: set) -> set:
    """The packages and everything installed that they depend on."""
    query = subprocess.run(["dpkg-query", "-W", "-f=${Package}\t${Provides}\t${Depends}, ${Pre-Depends}\n"],
                           check=True, capture_output=True, text=True).stdout
    depends, providers = {}, {}
    for line in query.splitlines():
        name, provides, needs = line.split("\t")
        depends[name] = set(re.findall(r"[a-z0-9][a-z0-9+.-]+(?=[\s,|:(]|$)", re.sub(r"\([^)]*\)", "", needs)))
        for provided in re.findall(r"[a-z0-9][a-z0-9+.-]+", re.sub(r"\([^)]*\)", "", provides)):
            providers.setdefault(provided, set()).add(name)
    todo, done = list(names), set()
    while todo:
        name = todo.pop()
        for real in {name} | providers.get(name, set()):
            if real in depends and real not in done:
                done.add(real)
                todo += depends[real]
    return done


def headers(build: pathlib.Path) -> set:
    out = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True, capture_output=True, text=True).stdout
    found = set()
    for line in out.splitlines():
        path = line.strip()
        if path.startswith("/") and not path.startswith((str(ROOT), str(build))):
            found.add(str(pathlib.Path(path).resolve()))
    return found


def libraries(executable: pathlib.Path) -> set:
    out = subprocess.run(["ldd", str(executable)], check=True, capture_output=True, text=True).stdout
    return {str(pathlib.Path(path).resolve()) for path in re.findall(r"=> (/\S+)", out)}


def owners(paths: set) -> dict:
    result = {}
    ordered = sorted(paths)
    for start in range(0, len(ordered), 200):
        # Files of merged /usr are known to dpkg by either path.
        asked = [p for path in ordered[start:start + 200] for p in (path, path.removeprefix("/usr"))]
        out = subprocess.run(["dpkg-query", "-S", *asked], capture_output=True, text=True).stdout
        for line in out.splitlines():
            names, _, path = line.partition(": ")
            result[str(pathlib.Path(path).resolve())] = names.split(",")[0].split(":")[0]
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    build = parser.parse_args().build.resolve()
    if shutil.which("dpkg-query") is None:
        print("no dpkg here: nothing to compare with")
        return 1
    allowed = with_dependencies(listed())
    used = headers(build) | libraries(build / "hone") | libraries(build / "libhone_raster.so")
    if (build / "hone-docworker").exists():
        used |= libraries(build / "hone-docworker")
    if (build / "libhone_ocr.so").exists():
        used |= libraries(build / "libhone_ocr.so")
    if len(used) < 50:
        print(f"only {len(used)} files found in use: the dependency log is incomplete")
        return 1
    owner = owners(used)
    wrong = [f"{path}: {owner.get(path, 'no package')}" for path in sorted(used) if owner.get(path) not in allowed]
    for line in wrong:
        print(line)
    print(f"{len(used)} headers and libraries in use, {len(wrong)} of them outside packages.txt")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
