from odoo import models
from odoo.exceptions import AccessError, UserError

#: Lots of one product that a case is opened with at once.
MOST_LOTS = 100_000


class TraceNoticeCase(models.Model):
    """From a notice to a recall case, with what the notice says filled in.

    The clock of the case runs from the notice's arrival: since then one could have known. A feed
    may be told to open draft cases by itself; a draft does nothing until a person confirms it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice"

    def _with_case(self):
        cases = (
            self.env["trace.recall"]
            .sudo()
            .search([("notice_ids", "in", self.ids), ("state", "!=", "cancelled")])
        )
        return set(cases.notice_ids.ids)

    def action_open_case(self):
        """Open a draft case with the confirmed lots, or go to the one that there is."""
        self.ensure_one()
        if not self.env.user.has_group("lot_serial_trace.group_trace_recall"):
            raise AccessError(self.env._("Only a recall manager can open a case."))
        confirmed = self.match_ids.filtered(lambda one: one.state == "confirmed")
        if not confirmed:
            raise UserError(
                self.env._("Confirm at least one match first: say which goods are meant.")
            )
        case = self._case(confirmed)
        return case._get_records_action()

    def _case(self, matches):
        """The draft case of the notice: a new one, or that which is open, with the lots."""
        lots = self._lots_of(matches)
        open_ones = self.recall_ids.filtered(lambda one: one.state in ("draft", "approval"))
        if open_ones:
            open_ones[0].sudo().lot_ids |= lots
            return open_ones[0]
        case = self.env["trace.recall"]._open_case(lots, self._case_title(), **self._case_values())
        case._note("notice", self.env._("Opened from the notice %s.", self.display_name))
        self._follow()
        return case

    def _case_title(self):
        return (self.title or "")[:120]

    def _case_values(self):
        """What the notice says, for the case."""
        return {
            "notice_ids": [(4, self.id)],
            "reason": self.reason or self.title,
            "hazard": self.hazard,
            "severity_class": self.severity_class,
            "authority": self.authority,
            "authority_ref": self.number,
            "initiated_at": self.arrived_at,
        }

    def _lots_of(self, matches):
        """Lots that matches stand for; a product without lots named stands for all of its."""
        lots = matches.lot_id
        whole = matches.filtered(lambda one: not one.lot_id).product_id
        if whole:
            lots |= self.env["stock.lot"].search(
                [("product_id", "in", whole.ids)], limit=MOST_LOTS, order="id desc"
            )
        return lots

    # -- by itself ------------------------------------------------------------

    def _act(self):
        """Open draft cases where the feed's administrator wants it so, and the match is sure."""
        for notice in self.filtered(lambda one: one.feed_id.auto == "case"):
            sure = notice.match_ids.filtered(
                lambda one, least=notice.feed_id.case_score: (
                    one.lot_id and one.state == "proposed" and one.score >= least
                )
            )
            if sure and not notice.recall_ids:
                notice._case_by_itself(sure)

    def _case_by_itself(self, sure):
        user = self.feed_id.user_id
        companies = self.company_ids.ids
        notice = self.with_context(allowed_company_ids=companies)
        case = notice._case(sure)
        if user:
            case.user_id = user
        case.message_post(
            body=self.env._("Opened by the feed %s. Nothing is held yet.", self.feed_id.name)
        )
