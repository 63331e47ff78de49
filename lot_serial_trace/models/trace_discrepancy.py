import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import findings
from .trace_asn_receiving import OPEN

#: Findings that a supplier can do something about.
KINDS = (
    "asn_missing",
    "asn_unexpected",
    "asn_over",
    "asn_under",
    "asn_unit_mismatch",
    "asn_duplicate",
    "asn_wrong_product",
    "asn_expiry_mismatch",
    "asn_in_stock",
    "asn_sold_before",
    "asn_recalled",
    "asn_bad_gtin",
    "asn_bad_sscc",
    "asn_unreadable",
    "asn_flaw",
    "asn_wrong_ship_to",
    "captured_twice",
    "short_life",
    "not_ordered",
    "over_order",
    "spot_check_wrong",
)


class TraceDiscrepancy(models.AbstractModel):
    """Tells a supplier what was wrong with a shipment: a letter and a list of units.

    The letter is about the exceptions of a receipt or a notice, in the supplier's
    language; findings that turned out to be a false alarm are left out. The list (CSV)
    has a line for each unit, also where the desk has one exception for a whole pallet.
    """

    _name = "trace.discrepancy"
    _description = "Discrepancy Report to the Supplier"

    @api.model
    def _exceptions(self, record):
        """What the supplier is told about a receipt or a notice."""
        name = {"stock.picking": "picking_id", "trace.asn": "asn_id"}[record._name]
        return (
            self.env["trace.exception"]
            .sudo()
            .search(
                [
                    (name, "=", record.id),
                    ("kind", "in", KINDS),
                    "|",
                    ("resolution", "=", False),
                    ("resolution", "!=", "mistake"),
                ],
                order="kind, product_id, id",
            )
        )

    @api.model
    def _sentence(self, exception):
        """What happened, in the language of the context."""
        return exception.with_context(lang=self.env.lang)._sentence_again()

    @api.model
    def _title(self, exception):
        return self.env._(findings.KINDS[exception.kind].title)

    @api.model
    def _compose(self, record):
        """Open the mail to the supplier with letter and list attached."""
        if not self._exceptions(record):
            raise UserError(self.env._("Nothing is wrong here that the supplier should hear of."))
        if not record.partner_id:
            raise UserError(self.env._("Choose the supplier first."))
        record.check_access("read")
        name = record._name.replace(".", "_")
        template = self.env.ref(f"lot_serial_trace.mail_discrepancy_{name}")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report to the Supplier"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": record._name,
                "default_res_ids": record.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_attachment_ids": self._attachments(record).ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
                "trace_discrepancies_sent": True,
            },
        }

    @api.model
    def _attachments(self, record):
        """The letter as PDF (HTML where the server cannot print) and the list as CSV."""
        there = self.with_context(lang=record.partner_id.lang or self.env.lang)
        letter, kind = there._letter(record)
        name = self.env._("Discrepancies %s", record.name).replace("/", "-")
        files = [(f"{name}.{kind}", letter), (f"{name}.csv", there._csv(record))]
        return self.env["ir.attachment"].create(
            [
                {
                    "name": file_name,
                    "raw": data,
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                    "type": "binary",
                }
                for file_name, data in files
            ]
        )

    @api.model
    def _letter(self, record):
        reports = self.env["ir.actions.report"].sudo()
        name = record._name.replace(".", "_")
        report = f"lot_serial_trace.action_report_discrepancy_{name}"
        if reports.get_wkhtmltopdf_state() in ("install", "broken"):
            return reports._render_qweb_html(report, record.ids)[0], "html"
        return reports._render_qweb_pdf(report, record.ids)[0], "pdf"

    @api.model
    def _csv(self, record):
        """One line for each unit that differs, as bytes that spreadsheets read right."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(self._columns())
        rows.writerows([self._harmless(cell) for cell in row] for row in self._units(record))
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    @api.model
    def _columns(self):
        return [
            self.env._("Shipping notice"),
            self.env._("Receipt"),
            self.env._("Finding"),
            self.env._("Product"),
            self.env._("GTIN"),
            self.env._("Lot/Serial"),
            self.env._("Quantity"),
            self.env._("Explanation"),
        ]

    @api.model
    def _units(self, record):
        """Rows of the list, compared anew, so that each number has its own."""
        receiving = self.env["trace.asn.receiving"].sudo()
        pickings = record if record._name == "stock.picking" else record.picking_ids
        done = receiving._noticed(pickings.sudo().filtered(lambda p: p.state == "done"))
        rows = []
        for one in receiving._examine(receiving._compare(done)):
            finding, product = one.finding, self._product(one)
            if finding.code not in KINDS:
                continue
            rows.append(
                [
                    finding.values.get("asn") or self._notices(one.picking),
                    one.picking.name,
                    self.env._(finding.kind.title),
                    product.default_code or product.name,
                    product.barcode or "",
                    finding.values.get("lot", ""),
                    finding.values.get("quantity", ""),
                    receiving._sentence(one),
                ]
            )
        return rows

    @api.model
    def _product(self, difference):
        return self.env["product.product"].sudo().browse(difference.finding.ref.product)

    @api.model
    def _notices(self, picking):
        asns = picking.trace_asn_ids.filtered(lambda asn: asn.state in OPEN)
        return ", ".join(asns.mapped("name"))

    @api.model
    def _harmless(self, cell):
        """A cell that no spreadsheet takes for a formula."""
        text = str(cell)
        return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

    @api.model
    def _mark_sent(self, record):
        """The supplier has been told."""
        self._exceptions(record).filtered(lambda one: not one.reported_at).write(
            {"reported_at": fields.Datetime.now(), "reported_by_id": self.env.uid}
        )
