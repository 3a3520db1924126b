#!/usr/bin/env python3
"""Takes the outlines of letters out of an installed TrueType font, squeezed to given widths, for painted sample pages.

usage: letter_outlines.py FONT.ttf WIDTHS.cc OUT.txt

WIDTHS.cc holds `kWidths = {...}`: widths of the letters from blank to tilde in thousandths of the size; others get 556.
A line of OUT.txt is a code point and its rings in thousandths from the base line, y upward: M x y starts a ring, L x y is a
straight piece, Q x y x y a quadratic curve (control, end); rings close themselves.
"""
import re
import struct
import sys

EXTRA = "£§ÀÄÇÉÈÊËÎÏÔÖÙÜßàáâäçèéêëîïñôöùûüœ€"
OTHER_WIDTH = 556
# Flags of points and of components (OpenType 1.9, table glyf).
ON_CURVE, X_SHORT, Y_SHORT, REPEAT, X_SAME, Y_SAME = 1, 2, 4, 8, 16, 32
WORDS, SCALE, MORE, TWO_SCALES, MATRIX = 1, 8, 32, 64, 128


class Font:
    """The tables of a TrueType font that say where the points of a letter are."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.tables = {}
        for i in range(self.number(">H", 4)):
            tag, _, start, _ = struct.unpack_from(">4sIII", self.data, 12 + 16 * i)
            self.tables[tag.decode()] = start
        self.units = self.number(">H", self.tables["head"] + 18)
        self.has_long_places = self.number(">h", self.tables["head"] + 50) != 0
        self.advances = self.number(">H", self.tables["hhea"] + 34)
        self.glyphs = dict(self.mapping())

    def number(self, form, at):
        return struct.unpack_from(form, self.data, at)[0]

    def mapping(self):
        """Code points with their glyphs, of the table cmap in format 4."""
        start = self.tables["cmap"]
        for i in range(self.number(">H", start + 2)):
            platform, encoding, offset = struct.unpack_from(">HHI", self.data, start + 4 + 8 * i)
            if (platform, encoding) != (3, 1):
                continue
            table = start + offset
            count = self.number(">H", table + 6) // 2
            for k in range(count):
                last = self.number(">H", table + 14 + 2 * k)
                first = self.number(">H", table + 16 + 2 * (count + k))
                delta = self.number(">h", table + 16 + 2 * (2 * count + k))
                place = table + 16 + 2 * (3 * count + k)
                offset = self.number(">H", place)
                for code in range(first, min(last, 0xFFFE) + 1):
                    glyph = code if offset == 0 else self.number(">H", place + offset + 2 * (code - first))
                    if glyph:
                        yield code, (glyph + delta) & 0xFFFF

    def advance(self, glyph):
        return self.number(">H", self.tables["hmtx"] + 4 * min(glyph, self.advances - 1))

    def place(self, glyph):
        start = self.tables["loca"]
        return self.number(">I", start + 4 * glyph) if self.has_long_places else 2 * self.number(">H", start + 2 * glyph)

    def rings(self, glyph):
        """The rings of a glyph as lists of (x, y, is on the curve)."""
        if self.place(glyph) == self.place(glyph + 1):
            return []
        start = self.tables["glyf"] + self.place(glyph)
        count = self.number(">h", start)
        return self.simple(start + 10, count) if count >= 0 else self.composed(start + 10)

    def simple(self, at, count):
        ends = [self.number(">H", at + 2 * i) for i in range(count)]
        at += 2 * count + 2 + self.number(">H", at + 2 * count)
        flags = []
        while len(flags) <= ends[-1]:
            flag = self.data[at]
            at += 1
            flags.append(flag)
            if flag & REPEAT:
                flags += [flag] * self.data[at]
                at += 1
        xs, at = self.coordinates(at, flags, X_SHORT, X_SAME)
        ys, at = self.coordinates(at, flags, Y_SHORT, Y_SAME)
        points = [(x, y, bool(flag & ON_CURVE)) for x, y, flag in zip(xs, ys, flags)]
        return [points[first:last + 1] for first, last in zip([0] + [end + 1 for end in ends], ends)]

    def coordinates(self, at, flags, short, same):
        values, value = [], 0
        for flag in flags:
            if flag & short:
                value += self.data[at] if flag & same else -self.data[at]
                at += 1
            elif not flag & same:
                value += self.number(">h", at)
                at += 2
            values.append(value)
        return values, at

    def composed(self, at):
        rings, flag = [], MORE
        while flag & MORE:
            flag, glyph = struct.unpack_from(">HH", self.data, at)
            form = ">hh" if flag & WORDS else ">bb"
            dx, dy = struct.unpack_from(form, self.data, at + 4)
            at += 8 if flag & WORDS else 6
            xx, xy, yx, yy = 1.0, 0.0, 0.0, 1.0
            if flag & SCALE:
                xx = yy = self.number(">h", at) / 16384
                at += 2
            elif flag & TWO_SCALES:
                xx, yy = (value / 16384 for value in struct.unpack_from(">hh", self.data, at))
                at += 4
            elif flag & MATRIX:
                xx, xy, yx, yy = (value / 16384 for value in struct.unpack_from(">hhhh", self.data, at))
                at += 8
            for ring in self.rings(glyph):
                rings.append([(xx * x + yx * y + dx, xy * x + yy * y + dy, on) for x, y, on in ring])
        return rings


def middle(a, b):
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, True)


def ring_text(ring, point):
    """A ring as M, L and Q; between two controls lies a point of the curve."""
    first = next((i for i, p in enumerate(ring) if p[2]), None)
    points = [middle(ring[0], ring[-1])] + ring if first is None else ring[first:] + ring[:first]
    points.append(points[0])
    text = f"M{point(points[0])}"
    i = 1
    while i < len(points):
        here = points[i]
        if here[2]:
            text += f"L{point(here)}"
            i += 1
            continue
        there = points[i + 1]
        end = there if there[2] else middle(here, there)
        text += f"Q{point(here)} {point(end)}"
        i += 2 if there[2] else 1
    # A straight piece back to the start says nothing.
    return re.sub(r"^M(-?\d+ -?\d+)(.*?)L\1$", r"M\1\2", text)


def main() -> int:
    font = Font(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        widths = [int(word) for word in re.search(r"kWidths = \{(.*?)\}", file.read(), re.S)[1].split(",")]
    lines = []
    for code in [*range(33, 127), *sorted(map(ord, EXTRA))]:
        glyph = font.glyphs[code]
        width = widths[code - 32] if code < 127 else OTHER_WIDTH
        x_scale, y_scale = width / font.advance(glyph), 1000 / font.units
        lines.append(f"{code} " + "".join(
            ring_text(ring, lambda p: f"{round(p[0] * x_scale)} {round(p[1] * y_scale)}") for ring in font.rings(glyph)))
    with open(sys.argv[3], "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
