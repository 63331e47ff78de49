"""StratEDI records for tests: fields put into their columns."""

SENDER, RECEIVER = "4012345000009", "4012345000108"
SSCCS = ("340123450000000017", "340123450000000024")


def record(tag, width=601, **fields):
    """A line with texts at columns: ``record("580", c18="LOT")``."""
    text = tag.ljust(width)
    for column, value in fields.items():
        at = int(column[1:]) - 1
        text = text[:at] + value + text[at + len(value) :]
    return text


def header(number="DA-1", kind="DESADV"):
    return [
        record("100", c4="1", c18=kind, c38="351", c44=number, c79="20261120"),
        record("111", c117="PO-1", c152="20261101", c203="20261123", c211="LS-1", c246="20261120"),
        record("115", c4="20261124"),
        record("119", c4="BY", c7=RECEIVER),
        record("119", c4="SU", c7=SENDER),
        record("400", 17, c9="1", c12="2"),
    ]


def pallet(sscc):
    return record("410", 72, c18="201", c38=sscc)


def item(number, quantity, *lots, gtin="9501101530003", order_line=""):
    """Records of a line; each lot is (number, best before, quantity)."""
    whole, _point, part = quantity.partition(".")
    place = f"c{282 - len(whole)}"
    amount = f"{whole}.{part.ljust(3, '0')}000000000000000"
    lines = [
        record("500", c9=number, c13=gtin, **{place: amount}),
        record("511", 466, c117="PO-1", c461=order_line),
        record("519", 19, c4="UC", c7=RECEIVER),
    ]
    for lot, day, count in lots:
        lines.append(record("580", 101, c9=number, c10=day, c18=lot, c56=count))
    return lines


def flat_file(*lines, end="\r\n", encoding="cp1252"):
    begin = record("000", c4=SENDER, c39=RECEIVER, c74="202611201000", c129="4.5")
    return "".join(line + end for line in (begin, *lines)).encode(encoding)
