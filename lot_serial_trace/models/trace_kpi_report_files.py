import io

import xlsxwriter

from odoo import api, fields, models

from ..core import figures_pdf
from ..core.figures_pdf import Certificate, Facts, Listing, Says, Trend, Trends
from .trace_certificate_drawing import _profile

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of the sheet by day and place, the latest days first.
ROWS = 50_000
#: Columns of that sheet.
COLUMNS = (
    *("day", "code", "company_id", "warehouse_id", "config_id"),
    *("rate", "seconds", "median", "p90", "numerator", "denominator", "records"),
)
#: Columns of times, and of shares: empty in rows of the others.
OF_UNIT = {"rate": "share", "seconds": "seconds", "median": "seconds", "p90": "seconds"}


class TraceKpiReport(models.AbstractModel):
    """The files of the report: PDF on the company's paper, and a spreadsheet."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.kpi.report"

    @api.model
    def _files(self, company, told):
        """list of ``(name, content, type)``."""
        name = f"traceability-{told['period']['until']}"
        return [
            (f"{name}.pdf", self._pdf(company, told), PDF),
            (f"{name}.xlsx", self._xlsx(told), XLSX),
        ]

    # -- PDF ------------------------------------------------------------------

    @api.model
    def _pdf(self, company, told):
        now = fields.Datetime.now()
        content, _is_pdfa = figures_pdf.write_figures(
            self._page(company, told, now),
            self.env["trace.certificate"]._paper(company),
            self.env["trace.label"].sudo()._fonts(),
            _profile(),
            now,
        )
        return content

    @api.model
    def _page(self, company, told, now):
        period = told["period"]
        return Certificate(
            title=self.env._("Traceability Figures"),
            subject=company.name,
            caption=self.env._("Time"),
            number=f"{period['since']} – {period['until']}",
            reference=self.env._("made on %s UTC", now.strftime("%Y-%m-%d %H:%M")),
            parts=[*self._parts(told)],
            link=self._link(),
            under_link=self.env._("Scan this code to see the figures as they are now."),
            page=self.env._("Page %s"),
            language=(self.env.lang or "en_US").replace("_", "-"),
        )

    @api.model
    def _parts(self, told):
        yield self._listing(told)
        yield Trends(
            self.env._("Trend"),
            [self._trend(one) for one in told["figures"]],
            self.env._("Dashed: the target. Where the line is broken, nothing was counted."),
        )
        for figure in told["figures"]:
            if figure["best"] or figure["worst"]:
                yield self._places(figure)
        yield self._now(told)
        yield Says(
            self.env._("What they mean"),
            [one["definition"] for one in (*told["figures"], *told["touchless"]["parts"])],
        )

    @api.model
    def _all(self, told):
        """All figures, those side by side below the one they belong to."""
        for figure in told["figures"]:
            yield from (figure, *figure["beside"])
        yield from told["touchless"]["parts"]

    @api.model
    def _listing(self, told):
        rows = list(self._all(told))
        return Listing(
            self.env._("Figures"),
            [
                (self.env._("Figure"), 0.4),
                (self.env._("Value"), 0.15),
                (self.env._("Target"), 0.15),
                (self.env._("Before"), 0.15),
                (self.env._("Counted"), 0.15),
            ],
            [self._cells(one) for one in rows],
            red=frozenset(place for place, one in enumerate(rows) if one["verdict"] == "bad"),
        )

    @api.model
    def _cells(self, one):
        return (
            one["title"],
            *(self._said(one["unit"], one[name]) for name in ("value", "target", "before")),
            str(one["records"]),
        )

    @api.model
    def _trend(self, figure):
        """The chart of a figure."""
        days, values, _records = zip(*figure["trend"], strict=True)
        ends = figures_pdf.span(figure["unit"], values, figure["target"])
        return Trend(
            title=figure["title"],
            value=self._said(figure["unit"], figure["value"]),
            beside=self._beside(figure),
            values=list(values),
            span=ends,
            ends=tuple(self._said(figure["unit"], end) for end in ends),
            days=(self._date(days[0]), self._date(days[-1])),
            target=figure["target"],
        )

    @api.model
    def _places(self, figure):
        rows = [
            (title, place["name"], self._said(figure["unit"], place["value"]))
            for title, places in (
                (self.env._("Best"), figure["best"]),
                (self.env._("Worst"), figure["worst"]),
            )
            for place in places
        ]
        columns = [
            ("", 0.2),
            (self.env._("Place"), 0.5),
            (self.env._("Value"), 0.3),
        ]
        return Listing(figure["title"], columns, rows)

    @api.model
    def _now(self, told):
        rows = [(self.env._("On the desk"), self._waits(told))]
        rows += [
            (stage["title"], self.env._("%s lots in places", stage["count"]))
            for stage in told["expiring"]
        ]
        rows += [
            (
                self.env._("Trace health"),
                self._said("share", one["score"]),
            )
            for one in told["health"]
        ]
        return Facts(self.env._("Now"), rows)

    # -- spreadsheet ----------------------------------------------------------

    @api.model
    def _xlsx(self, told):
        """Two sheets: the figures, and what they were counted of by day and place."""
        file = io.BytesIO()
        book = xlsxwriter.Workbook(
            file,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        bold = book.add_format({"bold": True})
        self._sheet(book, bold, self.env._("Figures"), self._figure_rows(told))
        self._sheet(book, bold, self.env._("By Day and Place"), self._day_rows(told))
        book.close()
        return file.getvalue()

    @api.model
    def _sheet(self, book, bold, title, rows):
        """A sheet whose first row is the names of its columns."""
        sheet = book.add_worksheet(title[:31])
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value, None if number else bold)
                elif value is not None:
                    sheet.write_number(number, place, float(value))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, number), max(0, len(row) - 1))

    @api.model
    def _figure_rows(self, told):
        yield [
            self.env._("Figure"),
            self.env._("Unit"),
            self.env._("Value"),
            self.env._("Target"),
            self.env._("Before"),
            self.env._("Counted"),
            self.env._("What it means"),
        ]
        units = {"share": self.env._("share"), "seconds": self.env._("seconds")}
        for one in self._all(told):
            measures = (one[name] for name in ("value", "target", "before", "records"))
            yield [one["title"], units[one["unit"]], *measures, one["definition"]]

    @api.model
    def _day_rows(self, told):
        kpi = self.env["trace.kpi"]
        yield [kpi._fields[name]._description_string(self.env) for name in COLUMNS]
        period = told["period"]
        rows = kpi.search(
            [("day", ">=", period["since"]), ("day", "<=", period["until"])], limit=ROWS
        )
        words = dict(kpi._fields["code"]._description_selection(self.env))
        for row in rows:
            yield [
                str(row.day),
                words[row.code],
                *(row[name].sudo().display_name or "" for name in COLUMNS[2:5]),
                *(
                    row[name] if OF_UNIT.get(name, row.unit) == row.unit else None
                    for name in COLUMNS[5:]
                ),
            ]
