from odoo import api, fields, models
from odoo.exceptions import UserError

BASES = [
    ("event", "The entry itself"),
    ("move", "The lot's last movement"),
    ("expiry", "The lot's expiration date"),
    ("delivery", "The lot's last sale or delivery"),
    ("warranty", "The end of the lot's warranty"),
]


class TraceRetention(models.Model):
    """How long the ledger keeps what it says of a category's goods.

    A class counts for a category and those below it, of the nearest one that has a class; the
    class without category counts for all the rest, also for packages and products that are gone.
    Each company has its own. Without a class everything is kept for ever, and a class by itself
    lets nothing go either: an administrator looks at what would go (``trace.purge.wizard``) and
    says so, each time.

    What may go is an entry that is older than the period, of a lot whose date (``basis``) is
    longer ago than the period. A lot without that date counts from its last movement. Goods on
    hand, under a hold or a legal hold, or with an open exception keep all they have
    (``trace_retention_due.py``).
    """

    _name = "trace.retention"
    _description = "Retention Class"
    _inherit = ["mail.thread"]
    _order = "company_id, categ_id, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        ondelete="restrict",
        tracking=True,
        help="And all categories below it that have no class of their own. Empty: all goods.",
    )
    years = fields.Integer(default=10, tracking=True)
    months = fields.Integer(default=0, tracking=True, help="Beside the years")
    basis = fields.Selection(
        BASES,
        "Counted From",
        required=True,
        default="move",
        tracking=True,
        help="A lot that has no such date counts from its last movement.",
    )
    copy_required = fields.Boolean(
        "Only With a Copy",
        default=True,
        tracking=True,
        help="Nothing goes of which there is no checked copy outside the database.",
    )
    note = fields.Text("Why", help="The law, standard or contract behind it")
    says = fields.Char("Keep", compute="_compute_says")
    tombstone_ids = fields.One2many("trace.tombstone", "retention_id", readonly=True)

    _one_class_idx = models.UniqueIndex(
        "(company_id, COALESCE(categ_id, 0)) WHERE active",
        "The company has a retention class for these goods already. Change that one.",
    )
    _some_time = models.Constraint(
        "CHECK(years >= 0 AND months >= 0 AND years <= 200 AND months <= 2400 "
        "AND years * 12 + months > 0)",
        "Say for how long entries are kept: at least a month.",
    )

    @api.depends("years", "months", "basis")
    def _compute_says(self):
        bases = dict(self._fields["basis"]._description_selection(self.env))
        for one in self:
            parts = [self.env._("%s years", one.years)] if one.years else []
            parts += [self.env._("%s months", one.months)] if one.months else []
            one.says = self.env._(
                "%(period)s from: %(basis)s",
                period=", ".join(parts) or "–",
                basis=bases.get(one.basis, ""),
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self.tombstone_ids:
            raise UserError(
                self.env._("By this class entries were purged: it is kept. Archive it instead.")
            )

    def action_preview(self):
        """Show what would go by the classes of the company."""
        return self.env["trace.purge.wizard"]._look(self.company_id[:1] or self.env.company)
