"""The documents of a folder by invoice2data with the templates of another: the peer of `hone bench compat`.

Arguments: folder of documents, folder of templates, file that is written, as `invoice2data --output-format json` has it.
"""
import logging
import pathlib
import sys

from invoice2data import extract_data
from invoice2data.extract.loader import read_templates
from invoice2data.output import to_json


def main(documents, templates, out):
    logging.disable(logging.CRITICAL)
    known = read_templates(templates)
    found = [extract_data(str(path), templates=known) for path in sorted(pathlib.Path(documents).iterdir())]
    to_json.write_to_file([one for one in found if one], out)


if __name__ == "__main__":
    main(*sys.argv[1:])
