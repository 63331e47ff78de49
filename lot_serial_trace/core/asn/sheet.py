"""The one shape that tables are read into."""

from dataclasses import dataclass, field
from datetime import date

#: The days from which Excel counts: its own, and that of old ones for the Macintosh.
EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
MOST_COLUMNS = 500


@dataclass(slots=True)
class Sheet:
    """A table.

    :param name: name of the sheet; empty for a text file
    :param rows: list of ``(row number, list of cells)``, empty rows left out; a cell is
        a stripped text, a number, a bool, a date, or None
    :param epoch: 1900 or 1904: what a date's serial number counts from
    :param separator: of a text file
    :param lied: the text is not in the encoding that its mark promised
    :param visible: nobody hid it
    """

    name: str
    rows: list = field(default_factory=list)
    epoch: int = 1900
    separator: str = ""
    lied: bool = False
    visible: bool = True
