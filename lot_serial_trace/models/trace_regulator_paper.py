from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..core.certificate_pdf import Facts
from ..core.regulator.pages import Certificate, Listing, Says, write_paper
from ..core.regulator.sheets import number
from .trace_certificate_drawing import _profile
from .trace_regulator_request import REGIMES

#: Rows of a list that are printed; all of them are in the spreadsheet.
PRINTED = 400


class TraceRegulatorPaper(models.AbstractModel):
    """Answers on the company's paper: EU food law, and statements that go with medicines."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _write_pdf(self, request, file):
        """Write the answer as PDF; returns dict title -> rows that are printed."""
        if request.law == "fsma204":
            raise UserError(self.env._("The FDA wants what can be sorted: make the spreadsheet."))
        scope, unknown = request._scope()
        counts = dict(self._counts(request.law, scope))
        parts, rows = [Facts(self.env._("Request"), self._facts(request, scope, unknown))], {}
        for title, way, more in self._parts(request.law):
            query = self._moved(REGIMES[request.law], way, scope, *more)
            records = list(islice(self._stream(query), PRINTED))
            rows[title] = len(records)
            parts.append(self._list(request.law, title, way, records, counts[title], scope))
        statements = self._statements(request.law)
        parts.append(Says(self.env._("Statement"), statements))
        content, _is_pdfa = write_paper(
            self._paper(request, parts),
            self.env["trace.certificate"]._paper(request.company_id),
            self.env["trace.label"]._fonts(),
            _profile(),
            fields.Datetime.now(),
        )
        file.write(content)
        return rows

    @api.model
    def _paper(self, request, parts):
        zone = str(self.env["trace.calendar"]._zone(request.company_id))
        now = format_datetime(self.env, fields.Datetime.now(), tz=zone)
        return Certificate(
            title=self._paper_title(request.law),
            subject=request.company_id.name,
            caption=self.env._("Request"),
            number=request.name,
            reference=self.env._(
                "%(number)s, made %(when)s (%(zone)s)", number=request.name, when=now, zone=zone
            ),
            parts=parts,
            link="",
            under_link="",
            text=[*getattr(self, f"_{request.law}_notes")(request, {}), self._sign()],
            page=self.env._("Page %s"),
            language=(self.env.lang or "en_US").replace("_", "-"),
        )

    @api.model
    def _sign(self):
        return self.env._("Date, name and signature: ______________________________")

    @api.model
    def _paper_title(self, law):
        return {
            "food178": self.env._("One Step Back, One Step Forward"),
            "dscsa": self.env._("Transaction Information and Statement"),
            "udi": self.env._("Medical Devices and Their UDI"),
        }[law]

    @api.model
    def _facts(self, request, scope, unknown):
        rows = [(self.env._("Law"), self._law(request.law)), *request._words()]
        if unknown:
            rows.append((self.env._("Lot codes not found"), ", ".join(unknown)))
        return rows

    @api.model
    def _list(self, law, title, way, records, count, scope):
        """A list of movements as it is printed."""
        for record in records:
            self._complete(law, record, way, scope)
        more = ""
        if count > len(records):
            more = self.env._(
                "%(shown)s of %(count)s rows are printed; all are in the spreadsheet.",
                shown=len(records),
                count=count,
            )
        if not records:
            return Says(title, [self.env._("Nothing.")])
        columns, cells = self._printed(law, way)
        rows = [tuple(cell(record) for cell in cells) for record in records]
        red = frozenset(at for at, record in enumerate(records) if not record["other_name"])
        return Listing(f"{title}: {count}", columns, rows, red, more)

    @api.model
    def _complete(self, law, record, way, scope):
        if law == "dscsa":
            self._complete_drug(record, way, scope.setdefault("own", {}))
        elif law == "udi":
            self._complete_device(record, scope)

    @api.model
    def _printed(self, law, way):
        """Columns of a list on paper with the functions that make their cells."""
        other = self.env._("Supplier") if way == "in" else self.env._("Customer")
        columns = [
            (self.env._("Date"), 1.7, lambda r: format_date(self.env, r["day"])),
            (other, 3.6, lambda r: _who(r) or self.env._("unknown")),
            (self.env._("Product"), 3.2, _what),
            (self.env._("Lot/Serial"), 2.2, _number),
            (self.env._("Quantity"), 1.4, lambda r: f"{number(r['quantity'])} {r['uom']}"),
            (self.env._("Document"), 2.2, lambda r: r["document"] or ""),
        ]
        if law == "dscsa":
            columns[2:3] = [
                (self.env._("Product"), 3.2, _medicine),
                (self.env._("NDC"), 1.8, lambda r: r["ndc"] or r["gtin"] or ""),
            ]
        if law == "udi":
            columns[3:4] = [(self.env._("UDI"), 3.6, lambda r: r["udi"] or _number(r))]
        return [column[:2] for column in columns], [column[2] for column in columns]


def _who(record):
    place = (record["other_street"], record["other_zip"], record["other_city"])
    return ", ".join(filter(None, (record["other_name"], *place, record["other_country"])))


def _what(record):
    return record["description"] + (f" ({record['gtin']})" if record["gtin"] else "")


def _medicine(record):
    facts = ("product_name", "strength", "dosage_form", "container_size")
    return ", ".join(filter(None, (record[name] for name in facts)))


def _number(record):
    if record["tracking"] == "serial" and record["batch"]:
        return f"{record['lot_name']} ({record['batch']})"
    return record["lot_name"] or ""
