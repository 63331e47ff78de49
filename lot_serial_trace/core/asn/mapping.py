"""What a person said once about the columns of a supplier's tables."""

from dataclasses import dataclass, field

from .columns import FIELDS, Header, plain

#: The column that is deliberately not read.
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns and habits of a supplier's tables.

    :param signature: what :func:`signature` gives for the table's header
    :param fields: field of each column, in the header's order; ``""`` or
        :data:`IGNORE` for what is not read
    :param has_header: the table begins with its first row of goods, where False
    :param date_order: ``dmy``, ``mdy``, ``ymd``, or ``""``
    :param decimal_mark: ``.`` or ``,``, or ``""``
    :param unit: unit of all quantities
    :param order: our order, where the file names none
    :param supplier: name of who sends such tables, where the file names nobody
    :param supplier_gln: GLN of the same
    """

    signature: str
    fields: tuple = ()
    has_header: bool = True
    date_order: str = ""
    decimal_mark: str = ""
    unit: str = ""
    order: str = ""
    supplier: str = ""
    supplier_gln: str = ""
    name: str = field(default="", compare=False)


def signature(texts):
    """What tables of one kind have in common: their headers, in order.

    >>> signature(["Lot-No.", None, "Qty"])
    'lot no||qty'
    """
    parts = [plain(text) if text is not None else "" for text in texts]
    while parts and not parts[-1]:
        parts.pop()
    return "|".join(parts)


def headless(width):
    """The signature of tables of so many columns that have no header."""
    return f"#{width}"


def find(rows, mappings, most=60):
    """The header that a mapping tells about, and the mapping; else ``(None, None)``.

    :param rows: list of ``(row number, cells)``
    """
    known = {mapping.signature: mapping for mapping in reversed(mappings)}
    for number, cells in rows[:most]:
        mapping = known.get(signature(cells))
        if mapping:
            return _header(mapping, number, cells), mapping
    if rows:
        mapping = known.get(headless(len(rows[0][1])))
        if mapping:
            return _header(mapping, rows[0][0] - 1, mapping.fields), mapping
    return None, None


def _header(mapping, number, cells):
    header = Header(number, [cell if isinstance(cell, str) else "" for cell in cells])
    for index, name in enumerate(mapping.fields):
        if name in FIELDS:
            header.columns.setdefault(name, []).append(index)
    return header
