#!/usr/bin/env python3
"""Figures as PNG and PDF: valid files of the right size with the text in them, equal bytes each time, and SVG whatever
happens. Also what the executable links, for these must not come with it."""
import re
import struct
import subprocess
import sys
import zlib

from harness import main, read_json

FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")
LINKED = {"libzstd", "linux-vdso", "ld-linux-x86-64", "ld-linux-aarch64", "libc", "libexpat", "libm", "libgcc_s", "libminizip", "libnettle",
          "libstdc++", "libutf8proc", "libxxhash", "libz", "libpcre2-8", "libre2", "libyaml-cpp", "libxlsxwriter", "libcrypto"}
SANITIZERS = {"libasan", "libubsan", "libtsan"}


def compute(hone, folder, *words, out="out", code=0, **options):
    data = folder / "data"
    if not data.exists():
        hone.run("envelope", "sample", "--cells", 3000, "--seed", 5, "--out", data)
    return hone.run("envelope", "compute", "--production", data / FILES[0], "--harvest", data / FILES[1], "--country",
                    "USA,CHN,FRA", "--out", folder / out, *words, code=code, **options)


def chunks_of(png: bytes) -> dict:
    """Chunks of a PNG by name; every checksum is looked at."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at:at + 8])
        data = png[at + 8:at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size:at + 12 + size])[0] == zlib.crc32(name + data), name
        chunks[name.decode()] = chunks.get(name.decode(), b"") + data
        at += 12 + size
    assert at == len(png) and list(chunks)[0] == "IHDR" and list(chunks)[-1] == "IEND"
    return chunks


def size_of(svg: str) -> tuple:
    return tuple(float(re.search(rf'<svg[^>]* {side}="([\d.]+)"', svg)[1]) for side in ("width", "height"))


def test_the_executable_links_no_renderer(hone, folder):
    out = subprocess.run(["ldd", hone.executable], check=True, capture_output=True, text=True).stdout
    linked = {re.match(r"\s*(?:\S*/)?([^/\s]+?)\.so", line)[1] for line in out.splitlines() if ".so" in line}
    assert linked <= LINKED | SANITIZERS, linked - LINKED


def test_png_and_pdf_beside_svg(hone, folder):
    compute(hone, folder, "--figures", "png,pdf")
    files = {entry["file"]: entry for entry in read_json(folder / "out/summary.json")["files"]}
    figures = sorted(name for name in files if name.endswith(".svg"))
    assert len(figures) == 3
    for name in figures:
        svg = (folder / "out" / name).read_text()
        for ending, media in ((".png", "image/png"), (".pdf", "application/pdf")):
            entry = files[name.replace(".svg", ending)]
            assert entry["media"] == media and entry["name"] == files[name]["name"]
            assert entry["bytes"] == (folder / "out" / entry["file"]).stat().st_size
        png = chunks_of((folder / "out" / name.replace(".svg", ".png")).read_bytes())
        width, height, bits, kind = struct.unpack(">IIBB", png["IHDR"][:10])
        assert (width, height, bits, kind) == (*(round(side * 300 / 96) for side in size_of(svg)), 8, 2)
        assert struct.unpack(">IIB", png["pHYs"]) == (11811, 11811, 1)
        rows = zlib.decompress(png["IDAT"])
        assert len(rows) == height * (3 * width + 1) and len(set(rows)) > 50, "there is something to see"
        pdf = folder / "out" / name.replace(".svg", ".pdf")
        text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
        title = re.search(r"<title>([^<]*)</title>", svg)[1]
        assert title.split(",")[0] in text.replace("\n", " "), (title, text)
        about = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
        assert re.search(r"Pages:\s+1\b", about)
        points = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", about)
        assert [float(points[1]), float(points[2])] == [side * 0.75 for side in size_of(svg)]
        fonts = subprocess.run(["pdffonts", str(pdf)], check=True, capture_output=True, text=True).stdout
        assert "DejaVuSans" in fonts


def test_equal_bytes_however_it_ran(hone, folder):
    ways = {"out": (), "plain": ("--plain",), "many": ("--threads", 4), "warm": (), "small": ("--memory", "64MiB")}
    for out, words in ways.items():
        compute(hone, folder, "--figures", "svg,png,pdf", *words, out=out)
    files = sorted(p.relative_to(folder / "out") for p in (folder / "out").rglob("*.*") if p.suffix in (".png", ".pdf"))
    assert len(files) == 6
    for other in list(ways)[1:]:
        for file in files:
            assert (folder / "out" / file).read_bytes() == (folder / other / file).read_bytes(), (other, file)
    assert read_json(folder / "warm/execution.json")["origin"] == "disk", "forms of figures are no part of the key"


def test_density_and_what_goes_again(hone, folder):
    compute(hone, folder, "--figures", "png", "--dpi", 50)
    png = folder / "out/figures/envelope_USA.png"
    assert struct.unpack(">II", chunks_of(png.read_bytes())["pHYs"][:8]) == (1969, 1969)
    assert not png.with_suffix(".pdf").exists()
    compute(hone, folder)
    assert not png.exists() and png.with_suffix(".svg").exists()
    compute(hone, folder, env={"HONE_FIGURES": "pdf"})
    assert png.with_suffix(".pdf").exists()


def test_wrong_words_are_refused_before_anything_runs(hone, folder):
    assert "Did you mean png?" in compute(hone, folder, "--figures", "pgn", code=2).stderr
    for dpi in ("0", "9", "2401", "many", "-3"):
        assert "--dpi" in compute(hone, folder, "--figures", "png", "--dpi", dpi, code=2).stderr
    assert not (folder / "out/summary.json").exists()


def test_without_the_part_svg_is_written_and_the_rest_is_explained(hone, folder):
    broken = folder / "libhone_raster.so"
    broken.write_text("no library")
    for place in (folder / "absent.so", broken):
        done = compute(hone, folder, "--figures", "png,pdf", "--raster", place, code=4)
        assert str(place) in done.stderr and "librsvg2-2" in done.stderr and "hone help raster.missing" in done.stderr
        names = [entry["file"] for entry in read_json(folder / "out/summary.json")["files"]]
        assert sum(name.endswith(".svg") for name in names) == 3
        assert not any(name.endswith((".png", ".pdf")) for name in names)
        assert "absent" in hone.run("doctor", env={"HONE_RASTER": str(place)}).stdout
    assert "librsvg2-2" in hone.run("help", "raster.missing").stdout
    assert "librsvg 2." in hone.run("doctor").stdout
    compute(hone, folder, "--raster", folder / "absent.so")  # nobody asked for it


def test_a_figure_too_large_for_memory_is_a_limit(hone, folder):
    done = compute(hone, folder, "--figures", "png", "--dpi", 2400, "--memory", "64MiB", code=4)
    assert "envelope_" in done.stderr and "memory" in done.stderr
    assert (folder / "out/figures/envelope_USA.svg").exists() and (folder / "out/summary.json").exists()


if __name__ == "__main__":
    sys.exit(main([test_the_executable_links_no_renderer, test_png_and_pdf_beside_svg, test_equal_bytes_however_it_ran,
                   test_density_and_what_goes_again, test_wrong_words_are_refused_before_anything_runs,
                   test_without_the_part_svg_is_written_and_the_rest_is_explained,
                   test_a_figure_too_large_for_memory_is_a_limit]))
