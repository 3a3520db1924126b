#!/usr/bin/env python3
"""Checks that every file includes lower layers only, and that third-party headers stay in the files that own them."""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULE = re.compile(r"hone_module\((\S+)\s+LAYER\s+(\d+)(?:\s+DEPENDS\s+([^)]*?))?(?:\s+(?:TEST_)?PRIVATE\b[^)]*)?\)", re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
# Third-party headers and the only files that may include them.
OWNERS = {
    "xxhash.h": {"hone/base/hash.cc"},
    "nlohmann/json.hpp": {"hone/base/json.cc"},
    "curl/curl.h": {"hone/net/curl_transport.cc"},
    "nettle/sha2.h": {"hone/base/sha256.cc"},
    "nettle/arcfour.h": {"hone/apps/invoice/pdf_encryption.cc"},
    "nettle/md5.h": {"hone/apps/invoice/pdf_encryption.cc"},
    "zlib.h": {"hone/formats/png.cc", "hone/apps/invoice/pdf_writer.cc", "hone/testing/office_files.cc",
               "hone/testing/png_check.cc"},
    "minizip/unzip.h": {"hone/formats/zip_archive.cc"},
    "expat.h": {"hone/apps/eyemap/xml_reader.cc", "hone/formats/xml_events.cc"},
    "xlsxwriter.h": {"hone/formats/workbook_writer.cc"},
    "cairo.h": {"hone/raster/library/raster_library.cc", "hone/raster/library/drawing_marks.cc"},
    "cairo-pdf.h": {"hone/raster/library/raster_library.cc"},
    "fontconfig/fontconfig.h": {"hone/raster/library/raster_library.cc"},
    "librsvg/rsvg.h": {"hone/raster/library/raster_library.cc"},
    "utf8proc.h": {"hone/apps/envelope/place_name.cc", "hone/apps/invoice/unicode_text.cc",
                   "worker/page_devices.cc"},
    "yaml-cpp/eventhandler.h": {"hone/apps/invoice/yaml_reader.cc"},
    "yaml-cpp/exceptions.h": {"hone/apps/invoice/yaml_reader.cc"},
    "yaml-cpp/mark.h": {"hone/apps/invoice/yaml_reader.cc"},
    "yaml-cpp/parser.h": {"hone/apps/invoice/yaml_reader.cc"},
    "re2/re2.h": {"hone/apps/invoice/pattern_re2.cc"},
    "pcre2.h": {"hone/apps/invoice/pattern_pcre2.cc"},
    "zstd.h": {"hone/base/compress.cc"},
    "leptonica/allheaders.h": {"worker/ocr_library.cc"},
    "tesseract/baseapi.h": {"worker/ocr_library.cc"},
    "seccomp.h": {"worker/confine.cc"},
    "linux/landlock.h": {"worker/confine.cc"},
    "poppler-config.h": {"worker/main.cc"},
    **dict.fromkeys(("Catalog.h", "ErrorCodes.h", "FileSpec.h", "GlobalParams.h", "PDFDoc.h", "Page.h", "SplashOutputDev.h",
                     "splash/SplashBitmap.h"), {"worker/pdf_document.cc"}),
    **dict.fromkeys(("GfxState.h", "OutputDev.h", "TextOutputDev.h"), {"worker/page_devices.h", "worker/page_devices.cc"}),
    "gtest/gtest.h": {"*_test.cc", "hone/testing/test_main.cc"},
}
SYSTEM = {"dlfcn.h", "elf.h", "fcntl.h", "link.h", "sched.h", "spawn.h", "poll.h", "unistd.h", "dirent.h", "pthread.h", "immintrin.h",
          "emmintrin.h", "arpa/inet.h", "cpuid.h", "netinet/in.h", "signal.h", "cxxabi.h", "utime.h", "malloc.h"}


def modules() -> dict:
    """Folder -> (name, layer, names it may include)."""
    found = {}
    for cmake in sorted((ROOT / "hone").rglob("CMakeLists.txt")):
        match = MODULE.search(cmake.read_text())
        if match:
            depends = (match[3] or "").split()
            folder = cmake.parent.relative_to(ROOT).as_posix()
            found[folder] = (match[1], int(match[2]), set(depends))
    found["hone/testing"] = ("testing", 1, {"base"})
    found["worker"] = ("docworker", 6, {"base", "formats"})
    return found


def folder_of(path: str, folders: dict) -> str:
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        folder = "/".join(parts[:length])
        if folder in folders:
            return folder
    return ""


def is_standard(header: str) -> bool:
    return "/" not in header and "." not in header or header.startswith("sys/") or header in SYSTEM


def check(path: pathlib.Path, folders: dict) -> list:
    name = path.relative_to(ROOT).as_posix()
    here = folder_of(name, folders)
    wrong = []
    if not here:
        return [f"{name}: belongs to no module"]
    own, layer, depends = folders[here]
    for kind, header in INCLUDE.findall(path.read_text()):
        if header.startswith(("hone/", "worker/")):
            there = folder_of(header, folders)
            if not there:
                wrong.append(f"{name}: includes {header}, which belongs to no module")
                continue
            other, other_layer, _ = folders[there]
            if there == here or (other == "testing" and name.endswith("_test.cc")):
                continue
            if other_layer >= layer:
                wrong.append(f"{name}: layer {layer} includes {header} of layer {other_layer}")
            elif own != "cli" and other not in depends and not name.endswith(("_test.cc", "_bench.cc")):
                wrong.append(f"{name}: includes {header}, but {own} does not declare DEPENDS {other}")
        elif kind == '"':
            wrong.append(f'{name}: includes "{header}" without its path from the root')
        elif not is_standard(header):
            owners = OWNERS.get(header)
            fits = owners and any(name == o or (o.startswith("*") and name.endswith(o[1:])) for o in owners)
            if not fits:
                wrong.append(f"{name}: third-party header {header} is not owned by this file")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", help="unused here; the other checks take it")
    parser.parse_args()
    folders = modules()
    wrong = []
    files = [p for top in ("hone", "worker") for suffix in ("*.cc", "*.h") for p in sorted((ROOT / top).rglob(suffix))]
    for path in files:
        wrong += check(path, folders)
    for line in wrong:
        print(line)
    print(f"{len(files)} files in {len(folders)} modules, {len(wrong)} wrong includes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
