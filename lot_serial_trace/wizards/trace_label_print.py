import base64
import math

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.labels import SIZES, LabelError, Style, write_pdf, write_zpl
from ..core.labels.zpl import DPI

#: More labels than that are not printed at once.
MOST = 20_000
#: So many problems are told; a person reads no more.
TOLD = 5


class TraceLabelPrint(models.TransientModel):
    """Asks how labels are to look, and prints them.

    Labels are for the goods of lots, quants and transfers, or for packages. Where a number
    cannot stand on a GS1 label, the dialog says so before anything is printed.
    """

    _name = "trace.label.print"
    _description = "Print Labels"

    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True)
    what = fields.Selection(
        [("goods", "Lots and serial numbers"), ("packages", "Packages")],
        "Labels For",
        default="goods",
        required=True,
    )
    has_packages = fields.Boolean(readonly=True)
    print_format = fields.Selection(
        [("pdf", "PDF"), ("zpl", "ZPL, for label printers")], default="pdf", required=True
    )
    size = fields.Selection(
        [(code, size.name) for code, size in SIZES.items()],
        compute="_compute_size",
        store=True,
        readonly=False,
    )
    dpi = fields.Selection(
        [(str(dpi), f"{dpi} dpi") for dpi in DPI], "Printer", default="203", required=True
    )
    copies = fields.Integer(default=1, required=True)
    datamatrix = fields.Boolean("GS1 DataMatrix", default=True)
    code128 = fields.Boolean(
        "GS1-128", compute="_compute_size", store=True, readonly=False, help="Bars"
    )
    link = fields.Boolean("QR Code With GS1 Digital Link")
    per_unit = fields.Boolean("One for Each Unit", help="Of a lot; serial numbers get one each.")
    with_quantity = fields.Boolean("Quantity on the Label", help="Of lots: (30), or (310n) in kg.")
    internal_anyway = fields.Boolean("Print Internal Labels for These")
    label_count = fields.Integer(compute="_compute_summary")
    without_gtin = fields.Integer(compute="_compute_summary")
    problems = fields.Text(compute="_compute_summary")
    file = fields.Binary(readonly=True)
    file_name = fields.Char(readonly=True)

    @api.model
    def _open(self, records, what="goods"):
        """The dialog for some lots, quants, transfers or packages."""
        records.check_access("read")
        wizard = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "what": what,
                "has_packages": records._name == "stock.picking" and bool(records._trace_packed()),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Labels"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            # Not only buttons open it, for which Odoo would add this.
            "views": [(False, "form")],
            "target": "new",
        }

    @api.depends("what")
    def _compute_size(self):
        """Packages are labelled as logistic units, which have bars."""
        for wizard in self:
            for_packages = wizard.what == "packages"
            wizard.size = "a6" if for_packages else "50x30"
            wizard.code128 = for_packages

    @api.depends("what", "res_model", "res_ids", "per_unit", "with_quantity", "copies")
    def _compute_summary(self):
        for wizard in self:
            rows, problems = wizard._labels(internal_anyway=True)
            wizard.label_count = sum(copies for _label, copies in rows)
            wizard.without_gtin = sum(not label.is_gs1 for label, _copies in rows) - len(problems)
            wizard.problems = wizard._told(problems)

    def _told(self, problems):
        rest = len(problems) - TOLD
        told = problems[:TOLD] + ([self.env._("… and %s more.", rest)] if rest > 0 else [])
        return "\n".join(told)

    # -- what to print --------------------------------------------------------

    def _records(self):
        """What the dialog was opened for, as far as the user may read it."""
        allowed = ("stock.lot", "stock.quant", "stock.picking", "stock.package")
        if self.res_model not in allowed:
            return self.env["stock.lot"]
        records = self.env[self.res_model].browse(self.res_ids or []).exists()
        records.check_access("read")
        return records

    def _labels(self, internal_anyway=False):
        """Labels to print: list of ``(label, how many)``, and sentences about what is wrong."""
        records = self._records()
        if self.what == "packages":
            picking = records if records._name == "stock.picking" and len(records) == 1 else None
            packages = records._trace_packed() if records._name == "stock.picking" else records
            labels = self.env["trace.label"]._package_labels(packages, picking)
            return [(label, max(self.copies, 1)) for label in labels], []
        rows, problems = [], []
        for goods in self.env["trace.label"]._goods(records):
            label, problem = self._goods_label(goods)
            if problem:
                problems.append(problem)
            rows.append((label, self._how_many(goods)))
        return rows, problems

    def _goods_label(self, goods):
        """A label, and what made it an internal one."""
        maker = self.env["trace.label"]
        try:
            return maker._goods_label(goods, self.with_quantity and not self.per_unit), ""
        except LabelError as error:
            reason = self.env._(error.template, **error.values)
            note = self.env._("Internal label: no GS1 label can carry this number.")
            return maker._internal_label(goods, note), reason

    def _how_many(self, goods):
        copies = max(self.copies, 1)
        if self.per_unit and goods.product.tracking == "lot":
            return copies * max(math.ceil(goods.quantity), 1)
        return copies

    # -- printing -------------------------------------------------------------

    def action_print(self):
        """Make the file and download it."""
        self.ensure_one()
        rows, problems = self._labels()
        self._check(rows, problems)
        try:
            content = self._write(rows)
        except LabelError as error:
            raise UserError(self.env._(error.template, **error.values)) from error
        extension = "zpl" if self.print_format == "zpl" else "pdf"
        self.write({"file": base64.b64encode(content), "file_name": f"labels.{extension}"})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "download",
        }

    def _check(self, rows, problems):
        if problems and not self.internal_anyway:
            raise UserError(self._told(problems))
        count = sum(copies for _label, copies in rows)
        if not count:
            raise UserError(
                self.env._("There is nothing to label: no lot, serial number or package.")
            )
        if count > MOST:
            raise UserError(
                self.env._(
                    "%(count)s labels are too many at once; print at most %(most)s.",
                    count=count,
                    most=MOST,
                )
            )

    def _write(self, rows):
        if self.print_format == "zpl":
            return "".join(write_zpl(rows, self._style(int(self.dpi)))).encode()
        return write_pdf(rows, self._style())

    def _stem(self):
        """Where links lead: to our page if all the goods have one."""
        company = self.env.company
        goods = self.env["trace.label"]._goods(self._records()) if self.what == "goods" else []
        templates = self.env["product.template"].union(
            *(one.product.product_tmpl_id for one in goods)
        )
        return company._trace_stem(
            bool(templates) and all(one._trace_page_in(company) for one in templates)
        )

    def _style(self, dpi=None):
        return Style(
            size=self.size,
            datamatrix=self.datamatrix,
            code128=self.code128,
            link=self.link,
            dpi=dpi,
            fonts=self.env["trace.label"]._fonts(),
            stem=self._stem(),
        )
