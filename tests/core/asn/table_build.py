"""Tables as suppliers make them, in the formats that they send."""

import io

import openpyxl
import xlwt

HEADERS = ["PO", "Item", "Description", "Qty", "Lot", "Expiry"]


def csv_file(*rows, separator=",", encoding="utf-8"):
    """Bytes of a text table."""
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows).encode(encoding)


def xlsx_file(*rows, title="Sheet1", hidden=(), more=None, epoch=None):
    """Bytes of a workbook; ``more``: sheet name -> rows."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    book.active.title = title
    for name, content in {title: rows, **(more or {})}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls_file(*rows):
    """Bytes of a workbook of Excel 97."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blatt1")
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, index, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def units(advice):
    """(number, quantity) of every unit of a notice."""
    return [(unit.number, unit.quantity) for line in advice.lines for unit in line.units]


def codes(advice):
    """Codes of what is wrong with the table; what every bare table lacks is left out."""
    usual = {"no_number", "no_issue_date", "no_supplier", "no_ship_to", "no_unit", "no_item_name",
             "no_order_reference", "no_item_id", "lot_quantity"}  # fmt: skip
    return set(advice.flaw_counts) - usual
