from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.epcis.query import Problem, named


class TraceEpcisQuery(models.Model):
    """A named query of the EPCIS web service: a question that a machine asks again and again.

    It is a view, not a copy: whoever asks is told what he may read now. Names are a company's.
    """

    _name = "trace.epcis.query"
    _description = "Named EPCIS Query"
    _order = "name"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Made by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    query = fields.Json(required=True)

    _name_idx = models.UniqueIndex("(company_id, name)", "There is a query with this name already.")

    @api.constrains("query")
    def _check_query(self):
        for record in self:
            try:
                named(record.query)
            except Problem as problem:
                raise ValidationError(problem.detail) from None

    def _for_machines(self):
        self.ensure_one()
        return {"name": self.name, "query": self.query}
