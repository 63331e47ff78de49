"""Small DESADV interchanges for tests, from the few segments a test is about."""

HEAD = """\
BGM+351+DA-1+9
DTM+137:20261120:102
RFF+ON:PO-1
NAD+SU+4012345000009::9++Sender
NAD+DP+4012345000108::9++Receiver"""
LINE = """\
LIN+1++9501101530003:EN
IMD+F++:::Thing
QTY+12:10:PCE"""


def message(*parts, head=HEAD, kind="DESADV:D:96A:UN:EAN005", number="1", count=None):
    """UNH to UNT around the segments of ``parts``, one a line, without end signs."""
    body = [line for part in (head, *parts) for line in part.split("\n") if line]
    total = len(body) + 2 if count is None else count
    return [f"UNH+{number}+{kind}", *body, f"UNT+{total}+{number}"]


def interchange(*messages, una="UNA:+.? '", syntax="UNOC:3", tail="", count=None):
    """A file: text, not bytes. Each message is a list of segments."""
    total = len(messages) if count is None else count
    begin = f"UNB+{syntax}+4012345000009:14+4012345000108:14+261120:1000+77{tail}"
    segments = [begin, *(line for lines in messages for line in lines), f"UNZ+{total}+77"]
    return una + "".join(f"\n{segment}'" for segment in segments) + "\n"


def desadv(*parts, encoding="utf-8", **options):
    """Bytes of a file with one message; :data:`LINE` when no parts are given."""
    return interchange(message(*(parts or ("CPS+1", LINE)), **options)).encode(encoding)
