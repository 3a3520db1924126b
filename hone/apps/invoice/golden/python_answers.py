#!/usr/bin/env python3
"""Writes python_answers.json: what Python 3.11 (re, float, strptime, repr) and PyYAML answer to questions made at random.

The template engine must answer the same. Run it again only to change the questions."""
import datetime
import json
import pathlib
import random
import re
import warnings

import yaml

warnings.simplefilter("ignore")
rng = random.Random(20240113)


def pattern(depth: int) -> str:
    atoms = ["a", "b", "é", ".", r"\d", r"\w", r"\s", r"\S", r"\W", r"\D", "[ab]", r"[^a\d]", r"[\W1]", "x", "1", r"\b", r"\.",
             r"(?=a)", r"(?!b)", r"(?<=a)", "[^\\s-]", "[a-c-]", r"\x61", "[]a]"]
    made = ""
    for _ in range(rng.randint(1, 3)):
        atom = rng.choice(atoms)
        if depth and rng.random() < 0.4:
            atom = pattern(depth - 1)
            if rng.random() < 0.5:
                atom += "|" + pattern(depth - 1)
            atom = rng.choice(["(", "(", "(?:", "(?i:"]) + atom + ")"
        made += atom + rng.choice(["", "", "", "*", "+", "?", "+?", "{1,2}", "{2}", "*?", "{,2}"])
    if rng.random() < 0.1:
        made = "^" + made
    if rng.random() < 0.2:
        made += rng.choice(["$", r"\Z"])
    if depth == 2 and rng.random() < 0.1:
        made = rng.choice(["(?i)", "(?m)", "(?s)", "(?a)"]) + made
    return made


def regexes(count: int) -> list:
    cases = []
    while len(cases) < count:
        source = pattern(2)
        text = "".join(rng.choice("aabbé1 \nx٣A\u00a0-.") for _ in range(rng.randint(0, 12)))
        try:
            compiled = re.compile(source)
        except re.error:
            cases.append([source, text, None, None])
            continue
        found = [[m.group(0), *m.groups()] for m in compiled.finditer(text)]
        cases.append([source, text, found, compiled.sub(r"<\g<0>>", text)])
    return cases


def floats(count: int) -> list:
    cases = []
    for _ in range(count):
        text = "".join(rng.choice("0123456789._-+eE ") for _ in range(rng.randint(1, 8)))
        try:
            cases.append([text, repr(float(text))])
        except ValueError:
            cases.append([text, None])
    return cases


def prints(count: int) -> list:
    values = [rng.choice([rng.uniform(0, 1e6), 10.0 ** rng.randint(-20, 25) * rng.random(), round(rng.uniform(0, 999), 2)])
              for _ in range(count)]
    return [[value.hex(), repr(value), repr(round(value, 2))] for value in values]


def strptimes(count: int) -> list:
    directives = ["%d", "%m", "%Y", "%y", "%b", "%B", "%H", "%M", "%S", "%j", "%I %p", "%A", "%a"]
    cases = []
    while len(cases) < count:
        chosen = rng.sample(directives, rng.randint(1, 4))
        form = rng.choice(["/", "-", " ", "", ". "]).join(chosen)
        moment = datetime.datetime(rng.randint(1970, 2068), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), 5, 7)
        text = moment.strftime(form)
        if rng.random() < 0.3:
            text = text.replace("0", "", 1)
        try:
            cases.append([text, form, datetime.datetime.strptime(text, form).strftime("%Y-%m-%d %H:%M:%S")])
        except (ValueError, re.error):
            cases.append([text, form, None])
    return cases


def scalars(count: int) -> list:
    words = ["yes", "No", "ON", "off", "True", "null", "~", "y", "n", "012", "089", "0x1f", "1:30", "1:60", ".inf", "-.INF",
             "1e3", "1.e+3", "1_0", "2024-01-13", "2024-1-13 10:11:12"]
    cases = []
    while len(cases) < count:
        text = rng.choice(words) if rng.random() < 0.2 else "".join(rng.choice("0123456789.:_-+ex") for _ in range(rng.randint(1, 7)))
        try:
            value = yaml.safe_load("[\"\", " + text + "]")[1]
        except (yaml.YAMLError, ValueError, IndexError):
            continue
        if isinstance(value, (dict, list)):
            continue
        if isinstance(value, datetime.datetime):
            shown = value.strftime("%Y-%m-%d %H:%M:%S")
        elif isinstance(value, datetime.date):
            shown = value.strftime("%Y-%m-%d 00:00:00")
        else:
            shown = str(value)
        cases.append([text, type(value).__name__.replace("datetime", "date"), shown])
    return cases


answers = {"regexes": regexes(1500), "floats": floats(1000), "prints": prints(500), "strptimes": strptimes(700),
           "scalars": scalars(800)}
lines = ['"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases))
         for name, cases in answers.items()]
target = pathlib.Path(__file__).with_name("python_answers.json")
target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
