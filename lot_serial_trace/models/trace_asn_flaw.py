from odoo import api, fields, models

from ..core.asn import FLAWS


class TraceAsnFlaw(models.Model):
    """Something wrong inside a notice, with its place in the file.

    Only code and values are stored: sentence and remedy come from
    ``core/asn/flaws.py`` in the reader's language.
    """

    _name = "trace.asn.flaw"
    _description = "Shipping Notice Flaw"
    _order = "asn_id, source_line, id"
    _rec_name = "code"

    asn_id = fields.Many2one(
        "trace.asn", required=True, readonly=True, ondelete="cascade", index=True
    )
    code = fields.Char(required=True, readonly=True)
    severity = fields.Selection([("note", "Note"), ("warn", "Warn")], readonly=True)
    rule = fields.Char(readonly=True, help="Rule of a published profile, such as PEPPOL-T16-R004")
    values = fields.Json(readonly=True)
    source_line = fields.Integer("Line in File", readonly=True)
    source_path = fields.Char("Place in File", readonly=True)
    times = fields.Integer(readonly=True, help="In the whole file; 100 are listed.")
    message = fields.Char("What is Wrong", compute="_compute_texts")
    remedy = fields.Char("What to Do", compute="_compute_texts")

    @api.depends("code", "values")
    @api.depends_context("lang")
    def _compute_texts(self):
        for flaw in self:
            kind = FLAWS[flaw.code]
            flaw.message = self.env._(kind.message, **(flaw.values or {}))
            flaw.remedy = self.env._(kind.remedy)
