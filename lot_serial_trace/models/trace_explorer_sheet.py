import io

import xlsxwriter

from odoo import api, fields, models

#: Rows that a sheet can have, below its head.
ROWS = 1_048_575


class TraceExplorer(models.AbstractModel):
    """The answer as a spreadsheet: every lot, operation and delivery, however many."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.explorer"

    @api.model
    def _spreadsheet(self, question):
        """Name and content of the file; rows are written as they come, never held together."""
        answer = self._answer(question, ROWS)
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
            bold = book.add_format({"bold": True})
            for title, labels, rows in self._sheets(answer):
                _write_sheet(book.add_worksheet(title), bold, labels, rows)
        day = fields.Date.to_string(fields.Date.context_today(self))
        return f"trace {day}.xlsx", target.getvalue()

    @api.model
    def _sheets(self, answer):
        """Title, labels and rows of each sheet."""
        lots = {lot["id"]: lot for lot in answer["lots"]}
        products = answer["products"]
        status = dict(
            self.env["stock.lot"]._fields["trace_status"]._description_selection(self.env)
        )

        def goods(lot):
            return (lot["name"], products[lot["product"]]["name"])

        yield (
            self.env._("Lots"),
            [
                self.env._("Lot/Serial"),
                self.env._("Product"),
                self.env._("Steps away"),
                self.env._("Status"),
                self.env._("Expires (UTC)"),
                self.env._("On hand"),
                self.env._("Reserved"),
                self.env._("Unit"),
            ],
            (
                (
                    *goods(lot),
                    lot["level"],
                    status.get(lot["status"], ""),
                    lot["expires"] or "",
                    lot["on_hand"],
                    lot["reserved"],
                    products[lot["product"]]["uom"],
                )
                for lot in answer["lots"]
            ),
        )
        yield (
            self.env._("Operations"),
            [
                self.env._("Operation"),
                self.env._("Kind"),
                self.env._("Side"),
                self.env._("Lot/Serial"),
                self.env._("Product"),
            ],
            (
                (link["name"], answer["kinds"].get(link["kind"], link["kind"]), side, *goods(lot))
                for link in answer["operations"]
                for side, ids in (
                    (self.env._("Input"), link["inputs"]),
                    (self.env._("Output"), link["outputs"]),
                )
                for lot in (lots[lot_id] for lot_id in ids)
            ),
        )
        for title, way in (
            (self.env._("Came from"), "supplier"),
            (self.env._("Went to"), "customer"),
        ):
            yield (
                title,
                [
                    self.env._("Partner"),
                    self.env._("Lot/Serial"),
                    self.env._("Product"),
                    self.env._("Quantity"),
                    self.env._("Came back"),
                    self.env._("Unit"),
                    self.env._("Documents"),
                    self.env._("First (UTC)"),
                    self.env._("Last (UTC)"),
                ],
                (
                    (
                        answer["partners"][flow["partner"]]["name"],
                        *goods(lots[flow["lot"]]),
                        flow["quantity"],
                        flow["back"],
                        products[lots[flow["lot"]]["product"]]["uom"],
                        flow["documents"],
                        flow["first"],
                        flow["last"],
                    )
                    for flow in answer["flows"]
                    if flow["way"] == way
                ),
            )


def _write_sheet(sheet, bold, labels, rows):
    """Text stays text: what looks like a formula is none."""
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(labels) - 1, 20)
    for column, label in enumerate(labels):
        sheet.write_string(0, column, label, bold)
    for number, row in enumerate(rows, 1):
        if number > ROWS:
            break
        for column, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value or "")
