from odoo import api, fields, models


class TraceRecallConsignee(models.Model):
    """Telling that a case is over, where no mail tells it.

    Who was told of a case that is cancelled is on the call list once more, if by telephone; for
    letters there is a button. ``over_at`` says when each of them knew.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    recall_state = fields.Selection(related="recall_id.state", string="Case")
    is_to_hear = fields.Boolean(compute="_compute_is_to_hear")

    @api.depends("recall_state", "notified_at", "over_at", "channel")
    def _compute_is_to_hear(self):
        for one in self:
            one.is_to_hear = bool(
                one.recall_state == "cancelled"
                and not one.sudo().recall_id.is_drill
                and one.notified_at
                and not one.over_at
                and one.channel != "mail"
            )

    def _check_caller(self):
        """Calls go on after a case was cancelled, to those who are to hear of it."""
        self._check_user()
        self.filtered(lambda one: not one.is_to_hear)._check_open()

    def _after_call(self, outcome, now):
        if self.is_to_hear and outcome in ("reached", "refuses"):
            return {"to_call": False, "over_at": now, "failure": False}
        return super()._after_call(outcome, now)

    def action_told_over(self):
        """They were told that the case is over."""
        self._check_caller()
        self.sudo().filtered("is_to_hear").write(
            {"over_at": fields.Datetime.now(), "to_call": False}
        )


class TraceRecall(models.Model):
    """Nobody is called for a case that has ended, but to say that it has."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def _go(self, state, says, **values):
        done = super()._go(state, says, **values)
        if state in ("closed", "cancelled"):
            consignees = self.env["trace.recall.consignee"].sudo()
            consignees.search(
                [("recall_id", "in", self.ids), ("to_call", "=", True)]
            ).to_call = False
        return done

    def _have_told_that_it_is_over(self):
        result = super()._have_told_that_it_is_over()
        consignees = self.env["trace.recall.consignee"].sudo()
        consignees.search(
            [
                ("recall_id", "=", self.id),
                ("channel", "=", "call"),
                ("notified_at", "!=", False),
                ("over_at", "=", False),
            ]
        ).write({"to_call": True, "call_from": False})
        return result
