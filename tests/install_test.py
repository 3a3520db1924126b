#!/usr/bin/env python3
"""Installs hone into a folder and builds programs of somebody else against it."""
import re
import subprocess
import sys

from harness import main

FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")


def run(*words, **options):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_a_program_links_what_was_installed(hone, folder):
    prefix = folder / "prefix"
    run("cmake", "--install", hone.build, "--prefix", prefix, "--strip")
    assert (prefix / "bin/hone").is_file()
    assert run(prefix / "bin/hone", "--version") == hone.run("--version").stdout
    run("cmake", "-S", hone.source / "tests/consumer", "-B", folder / "consumer", "-G", "Ninja",
        f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", folder / "consumer")
    run(folder / "consumer/layer")
    assert run(folder / "consumer/envelope").splitlines() == ["167000000 835000000",
                                                              "59.9 ha can lose a gigacalorie and more"]
    hone.run("envelope", "sample", "--cells", 3000, "--seed", 5, "--out", folder / "data")
    files = [folder / "data" / name for name in FILES]
    out = run(folder / "consumer/consumer", folder / "cache", *files)
    table = hone.run("envelope", "query", "--production", files[0], "--harvest", files[1], "--area", "100",
                     "--format", "csv").stdout.splitlines()
    run(prefix / "bin/hone", "envelope", "compute", "--production", files[0], "--harvest", files[1], "--figures", "png",
        "--dpi", 50, "--cache", "off", "--out", folder / "drawn")  # what draws is found where it was installed
    assert (prefix / "lib/hone/libhone_raster.so").is_file()
    assert (folder / "drawn/figures/envelope_world.png").read_bytes().startswith(b"\x89PNG")
    assert out.split() == [str(len(table) - 1), table[1].split(",")[3]], (out, table)


def test_installed_headers_include_only_hone_and_the_standard_library(hone, folder):
    prefix = folder / "prefix"
    run("cmake", "--install", hone.build, "--prefix", prefix)
    headers = sorted((prefix / "include").rglob("*.h"))
    assert len(headers) > 50
    for header in headers:
        name = header.relative_to(prefix / "include").as_posix()
        assert not re.search(r"testing|/cli/|example|engine_parts\.h", name), name
        for include in re.findall(r'#include\s+([<"].*?[>"])', header.read_text()):
            if include.startswith('"'):
                assert (prefix / "include" / include.strip('"')).is_file(), (name, include)
            else:
                assert re.fullmatch(r"<[a-z_0-9]+>", include), (name, include)


if __name__ == "__main__":
    sys.exit(main([test_a_program_links_what_was_installed,
                   test_installed_headers_include_only_hone_and_the_standard_library]))
