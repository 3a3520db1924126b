"""Shared by the end-to-end tests: runs the real executable in folders of its own and counts what holds."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback


class Hone:
    """The executable with a cache folder and a home of its own."""

    def __init__(self, executable: str, folder: pathlib.Path):
        self.executable = executable
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("HONE_")}
        self.environment.update(HOME=str(folder / "home"), XDG_CACHE_HOME=str(folder / "cache"),
                                XDG_CONFIG_HOME=str(folder / "config"))

    def run(self, *words, code=0, env=None, **options):
        """Runs hone with these words; fails unless it ends with `code`."""
        environment = dict(self.environment, **(env or {}))
        done = subprocess.run([self.executable, *map(str, words)], capture_output=True, text=True, env=environment,
                              timeout=300, **options)
        if code is not None and done.returncode != code:
            raise AssertionError(f"hone {' '.join(map(str, words))}: exit {done.returncode}, expected {code}\n"
                                 f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done


def read_json(path) -> dict:
    return json.loads(pathlib.Path(path).read_text())


def main(tests) -> int:
    """Calls each test(hone, folder); a folder for each, removed at the end. Arguments: executable, source, build."""
    executable, source, build = (os.path.abspath(word) for word in sys.argv[1:4])
    failed = 0
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="hone-e2e-") as name:
            folder = pathlib.Path(name)
            hone = Hone(executable, folder)
            hone.source, hone.build = pathlib.Path(source), pathlib.Path(build)
            try:
                test(hone, folder)
                print(f"ok      {test.__name__}")
            except Exception:
                failed += 1
                print(f"FAILED  {test.__name__}")
                traceback.print_exc(file=sys.stdout)
    print(f"{len(tests) - failed} of {len(tests)} passed")
    return 1 if failed else 0
