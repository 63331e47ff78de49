from odoo import fields, models
from odoo.exceptions import UserError

from ..core.notices import generic
from ..models.trace_notice import SEVERITIES


class TraceNoticeType(models.TransientModel):
    """A notice that came by letter or telephone: somebody types in what it says.

    What is typed is kept as its original, and read and compared like every other.
    """

    _name = "trace.notice.type"
    _description = "Type In a Recall Notice"

    title = fields.Char(required=True)
    authority = fields.Char("From", help="The authority or the supplier that sent it")
    number = fields.Char()
    published = fields.Date(default=fields.Date.context_today)
    severity_class = fields.Selection(SEVERITIES, "Class", default="none", required=True)
    firm = fields.Char("Manufacturer")
    product = fields.Char()
    brand = fields.Char()
    gtin = fields.Text("GTIN or UPC", help="Several on lines of their own")
    lot = fields.Text("Lots and Dates", help="As the notice says it: lots L100 to L120, best by …")
    serial = fields.Text("Serial Numbers")
    hazard = fields.Text("Danger")
    reason = fields.Text(help="The text of the notice, if you have it")
    url = fields.Char("Web Page")

    def action_take(self):
        """Make a notice of it, compare, and open it."""
        self.ensure_one()
        self.env["trace.notice"]._check_may_bring()
        arrivals = self.env["trace.notice.arrival"]
        arrival = arrivals._arrive(
            self._original(), self.title, "typed", source="typed", sender=self.env.user.name
        )
        if arrival.state == "parked":
            wrong, remedy = arrival.error, arrival.remedy
            raise UserError(self.env._("%(wrong)s. %(remedy)s", wrong=wrong, remedy=remedy))
        self.env["trace.notice.matching"]._match_arrived(arrival)
        notice = arrival.version_ids.notice_id
        if not notice:  # the same words came before
            notice = self.env["trace.notice"].search(
                [("source", "=", "typed"), ("title", "=", self.title)], limit=1
            )
        return notice._get_records_action()

    def _original(self):
        names = ("title", "authority", "number", "firm", "product", "brand", "url")
        texts = ("gtin", "lot", "serial", "hazard", "reason")
        values = {name: (self[name] or "").strip() for name in (*names, *texts)}
        if self.severity_class != "none":
            values["class"] = f"Class {self.severity_class}"
        return generic.typed(published=str(self.published or ""), **values)
