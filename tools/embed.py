#!/usr/bin/env python3
"""Writes a C++ source whose function returns the bytes of a file: embed.py NAME SOURCE OUT."""
import sys


def main() -> None:
    name, source, out = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read()
    lines = []
    for start in range(0, len(data), 24):
        lines.append("    " + ",".join(str(byte) for byte in data[start : start + 24]) + ",")
    with open(out, "w", encoding="ascii") as file:
        file.write("#include <string_view>\n\nnamespace hone {\nnamespace {\nconst unsigned char kBytes[] = {\n")
        file.write("\n".join(lines) + "\n    0};\n}  // namespace\n")
        file.write(f"std::string_view embedded_{name}();\n")
        file.write(f"std::string_view embedded_{name}() {{\n")
        file.write(f"    return {{reinterpret_cast<const char*>(kBytes), {len(data)}}};\n}}\n}}  // namespace hone\n")


if __name__ == "__main__":
    main()
