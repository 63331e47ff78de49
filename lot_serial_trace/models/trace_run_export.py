import csv
import io
import tempfile
from collections import namedtuple

import xlsxwriter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Rows that the database hands over at a time.
BATCH = 2_000
#: Rows of a worksheet, its title aside.
SHEET_ROWS = 1_048_575
#: Columns that are for machinery.
NOT_EXPORTED = {"id", "run_id", "company_id", "sequence", "role", "figures", "display_name"}
#: Characters with which a spreadsheet takes text for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Column = namedtuple("Column", "name title")


class TraceRunExport(models.AbstractModel):
    """A part of an answer as XLSX or CSV, of any length in constant memory.

    Rows are read by a cursor of the server and written as they come; only columns that
    hold something are in the file. Times are UTC, and say so. Text is never a formula.
    """

    _name = "trace.run.export"
    _description = "Export of a Trace Answer"

    @api.model
    def _export(self, run, role, kind):
        """Write a part of an answer into a file.

        :param run: ``trace.run`` that the user may read
        :param role: part of the answer
        :param kind: ``xlsx`` or ``csv``
        :return: ``(name of the file, open binary file)``
        """
        run.check_access("read")
        writer = {"xlsx": self._write_xlsx, "csv": self._write_csv}.get(kind)
        roles = dict(self.env["trace.run.line"]._fields["role"]._description_selection(self.env))
        if not writer or role not in roles:
            raise UserError(self.env._("There is no such export: %s", f"{role}.{kind}"))
        run.flush_recordset()
        # Closed by whoever sends it.
        file = tempfile.TemporaryFile()
        writer(file, self._columns(run, role), run, role, roles[role])
        file.seek(0)
        return f"trace-{run.id}-{role}.{kind}", file

    @api.model
    def _columns(self, run, role):
        """The columns that hold something, in the order of the model."""
        lines = self.env["trace.run.line"]
        names = [
            name
            for name, field in lines._fields.items()
            if field.store and name not in NOT_EXPORTED and not name.startswith(("create", "write"))
        ]
        [found] = self.env.execute_query(
            SQL(
                "SELECT %s FROM trace_run_line WHERE run_id = %s AND role = %s",
                SQL(", ").join(SQL("count(%s)", SQL.identifier(name)) for name in names),
                run.id,
                role,
            )
        )
        columns = [
            Column(name, self._title(lines._fields[name]))
            for name, count in zip(names, found, strict=True)
            if count
        ]
        if role == "balance":
            columns += [Column("figures", self.env._("Balance"))]
        return columns

    @api.model
    def _title(self, field):
        title = field._description_string(self.env)
        return f"{title} (UTC)" if field.type == "datetime" else title

    @api.model
    def _batches(self, run, role, columns):
        """Rows in the order of the answer, read by a cursor of the server."""
        cursor = self.env.cr._cnx.cursor(name="trace_run_export")
        try:
            cursor.itersize = BATCH
            query = SQL(
                "SELECT %s FROM trace_run_line WHERE run_id = %s AND role = %s "
                "ORDER BY sequence, id",
                SQL(", ").join(SQL.identifier(column.name) for column in columns) or SQL("NULL"),
                run.id,
                role,
            )
            cursor.execute(query.code, query.params)
            yield from cursor
        finally:
            cursor.close()

    @api.model
    def _cells(self, row, columns, words):
        """Values as a spreadsheet shows them."""
        for value, column in zip(row, columns, strict=True):
            if column.name == "figures":
                yield self.env["trace.run.line"]._balance_sentence(value or {}, words["balance"])
            elif column.name in words:
                yield words[column.name].get(value, value)
            elif hasattr(value, "strftime"):
                yield value.strftime("%Y-%m-%d %H:%M:%S")
            else:
                yield value

    @api.model
    def _words(self):
        lines = self.env["trace.run.line"]
        words = {
            name: dict(lines._fields[name]._description_selection(self.env))
            for name in ("biz_step", "disposition", "status")
        }
        return {**words, "balance": lines._balance_words()}

    @api.model
    def _write_xlsx(self, file, columns, run, role, title):
        book = xlsxwriter.Workbook(
            file,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        bold, words = book.add_format({"bold": True}), self._words()
        sheet, number, sheets = None, SHEET_ROWS, 0
        for row in self._with_title(run, role, columns):
            if number >= SHEET_ROWS:
                sheets += 1
                sheet = book.add_worksheet(f"{title[:28]} {sheets}" if sheets > 1 else title[:31])
                for place, column in enumerate(columns):
                    sheet.write_string(0, place, column.title, bold)
                number = 0
            if row is None:
                continue
            number += 1
            for place, value in enumerate(self._cells(row, columns, words)):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write_number(number, place, float(value))
        book.close()

    @api.model
    def _with_title(self, run, role, columns):
        """The rows after one that is none: without rows there is a sheet all the same."""
        yield None
        yield from self._batches(run, role, columns)

    @api.model
    def _write_csv(self, file, columns, run, role, _title):
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        out, words = csv.writer(text), self._words()
        out.writerow([column.title for column in columns])
        for row in self._batches(run, role, columns):
            out.writerow([_harmless(value) for value in self._cells(row, columns, words)])
        text.detach()


def _harmless(value):
    """Text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class TraceRunLine(models.Model):
    """Lines are exported from the lists that show them."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run.line"

    def action_export_xlsx(self):
        """Download the part of the answer that the list shows, as XLSX."""
        return self._export_url("xlsx")

    def action_export_csv(self):
        """Download the part of the answer that the list shows, as CSV."""
        return self._export_url("csv")

    def _export_url(self, kind):
        run_id = int(self.env.context.get("trace_run_id") or self[:1].run_id.id)
        role = self.env.context.get("trace_role") or self[:1].role
        if not run_id or not role:
            raise UserError(self.env._("Open a part of an answer to export it."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/trace/run/{run_id}/{role}.{kind}",
            "target": "download",
        }
