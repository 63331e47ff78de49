import base64
import csv
import io
import tempfile

import xlsxwriter

from odoo import api, models
from odoo.exceptions import UserError

from .trace_recall_balance_sql import CAME, TOLD, WENT
from .trace_run_export import BATCH, SHEET_ROWS, _harmless

#: Columns of each part of a case that can be exported.
PARTS = {
    "balance": (
        *("product_id", "lot_name", "uom_id", "company_id", "state", *CAME, *WENT, *TOLD),
        *("explained", "explained_by_id", "explained_at", "counted_at"),
    ),
    "dispositions": (
        *("product_id", "lot_name", "kind", "side", "state", "quantity", "uom_id", "company_id"),
        *("partner_id", "picking_id", "document", "result_lot_id", "reference", "method"),
        *("witness", "happened_at", "test_result", "unit_cost", "extra_cost", "remark"),
        *("user_id", "done_at", "done_by_id", "undone_at", "undone_by_id"),
    ),
}
MODELS = {"balance": "trace.recall.balance", "dispositions": "trace.recall.disposition"}


class TraceRecallBalanceExport(models.AbstractModel):
    """Balance and dispositions of a case as XLSX or CSV, in batches, for any number of lots.

    Times are UTC, and say so. Text is never a formula.
    """

    _name = "trace.recall.balance.export"
    _description = "Export of Balance and Dispositions"

    @api.model
    def _export(self, recall, part, kind):
        """Write a part of a case into a file.

        :param part: ``balance`` or ``dispositions``
        :param kind: ``xlsx`` or ``csv``
        :return: ``(name of the file, open binary file)``
        """
        recall.check_access("read")
        writer = {"xlsx": self._write_xlsx, "csv": self._write_csv}.get(kind)
        if part not in PARTS or not writer:
            raise UserError(self.env._("There is no such export: %s", f"{part}.{kind}"))
        # Closed by whoever sends it.
        file = tempfile.TemporaryFile()
        writer(file, self.env[MODELS[part]], PARTS[part], recall)
        file.seek(0)
        return f"{recall.name}-{part}.{kind}".replace("/", "-"), file

    @api.model
    def _titles(self, model, names):
        for name in names:
            field = model._fields[name]
            title = field._description_string(self.env)
            yield f"{title} (UTC)" if field.type == "datetime" else title

    @api.model
    def _rows(self, model, names, recall):
        """Rows as a spreadsheet shows them, a batch at a time."""
        ids = model.search([("recall_id", "=", recall.id)], order="product_id, lot_name, id").ids
        words = {
            name: dict(model._fields[name]._description_selection(self.env))
            for name in names
            if model._fields[name].type == "selection"
        }
        for start in range(0, len(ids), BATCH):
            records = model.browse(ids[start : start + BATCH])
            for record in records:
                yield [self._cell(record, name, words) for name in names]
            model.invalidate_model(flush=False)

    @api.model
    def _cell(self, record, name, words):
        value = record[name]
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name or ""
        if name in words:
            return words[name].get(value, "")
        if hasattr(value, "strftime"):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        return "" if value is False else value

    @api.model
    def _write_xlsx(self, file, model, names, recall):
        book = xlsxwriter.Workbook(
            file,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        sheet, bold = book.add_worksheet(recall.name.replace("/", "-")[:31]), book.add_format()
        bold.set_bold()
        for place, title in enumerate(self._titles(model, names)):
            sheet.write_string(0, place, title, bold)
        for number, row in enumerate(self._rows(model, names, recall), 1):
            if number > SHEET_ROWS:
                raise UserError(self.env._("A worksheet holds no more rows: export it as CSV."))
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                else:
                    sheet.write_number(number, place, float(value))
        book.close()

    @api.model
    def _write_csv(self, file, model, names, recall):
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        out = csv.writer(text)
        out.writerow(list(self._titles(model, names)))
        for row in self._rows(model, names, recall):
            out.writerow([_harmless(value) for value in row])
        text.detach()


class TraceRecall(models.Model):
    """Exports from the case."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    @api.readonly
    def export_file(self, part: str, kind: str = "csv") -> dict:
        """Return a part of one case as a file: the method for machines (``/json/2``).

        :param part: ``balance`` (of each lot: what came, where it is, what is not explained) or
            ``dispositions`` (what was done with goods that came back or were stopped)
        :param kind: ``csv`` or ``xlsx``
        :return: dict ``name``, ``content_base64``
        :raises AccessError: the caller may not read the case
        :raises UserError: there is no such export
        """
        self.ensure_one()
        name, file = self.env["trace.recall.balance.export"]._export(self, part, kind)
        with file:
            return {"name": name, "content_base64": base64.b64encode(file.read()).decode()}

    def action_export_balance(self):
        """Download the mass balance as XLSX."""
        return self._export_link("balance.xlsx")

    def action_export_dispositions(self):
        """Download the dispositions as XLSX."""
        return self._export_link("dispositions.xlsx")

    def _export_link(self, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/trace/recall/{self.id}/{name}",
            "target": "download",
        }
