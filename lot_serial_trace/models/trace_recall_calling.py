from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from .trace_recall_tasks import NAMED

#: Who did not answer is called again after so many hours.
AGAIN = 4


class TraceRecallConsignee(models.Model):
    """The call list: whom mail and letter do not reach, and how each call ended.

    On it comes who has only a telephone, whose mail bounced, and who has not answered after the
    last reminder; off it who was reached, has answered or refuses.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    def action_called_reached(self):
        """They know now."""
        self._log_call("reached")

    def action_called_no_answer(self):
        """Try again in some hours."""
        self._log_call("no_answer")

    def action_called_wrong_number(self):
        """The number is none of theirs: somebody has to find another."""
        self._log_call("wrong_number")

    def action_called_refuses(self):
        """They know, and will not do what they are asked."""
        self._log_call("refuses")

    def _log_call(self, outcome):
        self._check_caller()
        now = fields.Datetime.now()
        records = self.sudo()
        self.env["trace.recall.call"].sudo().create(
            [
                {
                    "consignee_id": one.id,
                    "company_id": one.company_id.id,
                    "called_at": now,
                    "user_id": self.env.uid,
                    "phone": one.phone,
                    "outcome": outcome,
                }
                for one in records
            ]
        )
        for one in records:
            one.write({"calls": one.calls + 1, **one._after_call(outcome, now)})
        self.recall_id.sudo()._note_first_notice()

    def _after_call(self, outcome, now):
        """What a call changes."""
        if outcome == "no_answer":
            return {"to_call": True, "call_from": now + timedelta(hours=AGAIN)}
        if outcome == "wrong_number":
            failure = self.env._("%s is a wrong number.", self.phone or "?")
            return {"to_call": True, "phone": False, "by_hand": True, "failure": failure}
        days = timedelta(days=max(self.recall_id.remind_days, 1))
        knows = {
            "to_call": False,
            "call_from": now + days,
            "reached_at": self.reached_at or now,
            "notified_at": self.notified_at or now,
            "told_quantity": self.quantity,
            "failure": False,
        }
        if outcome == "refuses":
            return {**knows, "refused": True, "state": "done"}
        told = self.state in ("to_notify", "sending", "bounced")
        return {**knows, "state": "notified"} if told else knows

    def _named_for_task(self):
        """Names, with how each is reached, as a list for whoever is to tell them."""
        ways = dict(self._fields["channel"]._description_selection(self.env))
        items = [
            Markup("<li>%s: %s</li>")
            % (one.name, ", ".join(filter(None, [ways[one.channel], one.phone])))
            for one in self[:NAMED]
        ]
        if len(self) > NAMED:
            items.append(Markup("<li>… (%s)</li>") % len(self))
        return Markup("<ul>%s</ul>") % Markup().join(items)
