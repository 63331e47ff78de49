#!/usr/bin/env python3
"""Write the tables of the browser's GS1 reader from the same sources as Python's.

    python tools/gs1_table.py           write lot_serial_trace/static/src/gs1/table.js
    python tools/gs1_table.py --check   say whether it is up to date (exit code 1 if not)

Sources: the GS1 Syntax Dictionary and the code lists beside ``core/gs1/dictionary.py``,
``core/gs1/tables.py`` and the sentences of ``core/gs1/messages.py``.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "lot_serial_trace" / "static" / "src" / "gs1" / "table.js"
sys.path.insert(0, str(ROOT / "lot_serial_trace"))

from core.gs1 import dictionary, messages, tables  # noqa: E402

HEAD = """\
// Written by tools/gs1_table.py. Do not edit: change its sources and run it again.
//
// The application identifiers are those of the GS1 Syntax Dictionary, Copyright (c) 2020-2021
// BWIPP project, 2020-2021 Zint Project, 2021-2025 GS1 AISBL, Apache License, Version 2.0
// (core/gs1/LICENSE.Apache-2.0).

// Marks a sentence for translation. The reader itself depends on nothing of Odoo: who shows a
// sentence translates it, _t(error.template, error.values).
const _t = (text) => text;
"""

#: Tables that both readers share, by their names in ``core/gs1/tables.py``.
SHARED = (
    "MAX_LENGTH",
    "GS",
    "FRAME",
    "ENVELOPE",
    "ENVELOPE_END",
    "SEPARATOR",
    "SYMBOLOGIES",
    "SYMBOLOGY_LETTERS",
    "RESERVED_LENGTHS",
    "SHORT_NAMES",
    "SHORT_ATTRIBUTES",
    "UNITS",
    "TEMPERATURE_UNITS",
    "TITLES",
    "TIMELESS",
    "VITAL",
    "FIELDS",
    "GLN_AIS",
    "SERIALISED_KEYS",
    "COUPONS",
    "COUPON_OPTIONS",
)


def literal(value):
    """``value`` as JavaScript."""
    return json.dumps(value, ensure_ascii=True)


def constant(name, text):
    """An exported constant that formatters leave alone."""
    return f"// prettier-ignore\nexport const {name} = {text};\n"


def rows(name, values):
    """An exported array with one value a line."""
    lines = "".join(f"    {literal(value)},\n" for value in values)
    return constant(name, f"[\n{lines}]")


def sentences(name, templates):
    """An exported object of sentences, each marked for translation."""
    lines = "".join(f"    {code}: _t({literal(text)}),\n" for code, text in templates.items())
    return constant(name, f"{{\n{lines}}}")


def table():
    """The whole file."""
    lists = {name: " ".join(sorted(codes)) for name, codes in dictionary.CODE_LISTS.items()}
    parts = [
        HEAD,
        "// [first AI, last AI, flags, specification, attributes, title]\n"
        + rows("AI_ROWS", dictionary.read_rows(dictionary.DICTIONARY_TEXT)),
        constant("CODE_LISTS", literal(lists)),
        *(constant(name, literal(getattr(tables, name))) for name in SHARED),
        sentences("ERRORS", messages.ERRORS),
        sentences("WARNINGS", messages.WARNINGS),
    ]
    return "\n".join(parts)


def main(arguments):
    """Write or check the file.

    :return: exit code
    """
    text = table()
    if "--check" in arguments:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(text)} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
