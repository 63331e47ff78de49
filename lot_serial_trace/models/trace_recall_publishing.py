from odoo import fields, models
from odoo.exceptions import UserError


class TraceRecall(models.Model):
    """What strangers read of a case on the page of a product.

    A case is published when notices go out to consumers, or by a recall manager's button. It is
    shown as long as it runs and after it was closed: a unit that nobody brought back is as
    dangerous as before. A case that was cancelled, a drill and a lot that was taken out of the
    scope are not shown.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    published_at = fields.Datetime(
        "On the Product Page",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Since when whoever scans the code of a unit reads of the recall.",
    )

    def action_tell(self):
        """What is told to consumers is no secret on the page either."""
        done = super().action_tell()
        self.filtered(
            lambda one: one.depth == "consumer" and not one.published_at and not one.is_drill
        )._publish()
        return done

    def action_publish(self):
        """Tell strangers of the case on the page of each unit."""
        self._check_right()
        for recall in self:
            recall._check_telling()
            if recall.is_drill:
                raise UserError(self.env._("A drill is not shown to strangers."))
        self._publish()

    def _publish(self):
        self.sudo().published_at = fields.Datetime.now()
        for recall in self:
            recall._note("published", self.env._("Shown on the product page."))

    def action_unpublish(self):
        """Take the case off the page."""
        self._check_right()
        shown = self.filtered("published_at")
        shown.sudo().published_at = False
        for recall in shown:
            recall._note("unpublished", self.env._("Taken off the product page."))
