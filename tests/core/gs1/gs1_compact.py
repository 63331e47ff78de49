"""The short form in which ``gs1_vectors.json`` writes what a scan says.

``static/tests/gs1.test.js`` has the same in JavaScript.
"""

import json
from pathlib import Path

ADDON = Path(__file__).resolve().parents[3] / "lot_serial_trace"
VECTORS = json.loads((ADDON / "static" / "tests" / "gs1_vectors.json").read_text("utf-8"))

NUMBERS = ("measures", "amounts")
#: Fields whose dates and times the named parts of a result do not show.
DATED = ("4324", "7006", "7007", "7011", "8008")


def compact(result):
    """A result as its vector lists it: what is there, without positions and titles.

    :param result: dict, ``Gs1Result.as_dict()``
    """
    elements = result["elements"]
    said = {"form": result["form"]}
    if elements:
        said["elements"] = [[element["ai"], element["value"]] for element in elements]
    for name, value in result.items():
        if name in NUMBERS and value:
            said[name] = [[e["ai"], e["number"], e["unit"] or e["currency"]] for e in value]
        elif name not in (*NUMBERS, "raw", "text", "symbology", "form", "elements", "warnings"):
            if value is not None:
                said[name] = value
    if result["warnings"]:
        said["warnings"] = [warning["code"] for warning in result["warnings"]]
    dates = {e["ai"]: _dates(e) for e in elements if e["ai"] in DATED and e["date"]}
    return said | ({"dates": dates} if dates else {})


def _dates(element):
    return {name: element[name] for name in ("date", "end_date", "datetime") if element[name]}
