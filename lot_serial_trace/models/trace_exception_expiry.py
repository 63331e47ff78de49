import hashlib

from odoo import api, fields, models


class TraceException(models.Model):
    """Goods past their pull date: one exception per rule and company, however many lots."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.exception"

    expiry_rule_id = fields.Many2one("trace.expiry.rule", readonly=True, index="btree_not_null")

    @api.model
    def _subject_key(self, vals):
        if not vals.get("expiry_rule_id"):
            return super()._subject_key(vals)
        subject = f"{vals['kind']}|{vals['company_id']}|expiry|{vals['expiry_rule_id']}"
        return hashlib.sha256(subject.encode()).hexdigest()

    @api.model
    def _keep_for_rules(self, rules, found):
        """Open what is new, say how much it is now, close what is done: constant queries.

        :param found: tuples of rule, company, number of lots, quantity and owner
        """
        known = self._open_many(
            [
                {
                    "kind": "past_pull",
                    "values": {"rule": rule.name, "count": count},
                    "company_id": company.id,
                    "expiry_rule_id": rule.id,
                    "user_id": user.id,
                }
                for rule, company, count, _quantity, user in found
            ]
        )
        about = {(one.expiry_rule_id, one.company_id): one for one in known.sudo()}
        for rule, company, count, quantity, _user in found:
            about[rule, company]._say_for_rule({"rule": rule.name, "count": count}, quantity)
        self._close_for_rules(rules, known)

    def _say_for_rule(self, values, quantity):
        if (self.details, self.quantity) != (values, quantity):
            said = self.env._("%(count)s lots are past their pull date (%(rule)s)", **values)
            self.with_context(tracking_disable=True).write(
                {"name": said, "details": values, "quantity": quantity}
            )

    @api.model
    def _close_for_rules(self, rules, still):
        """Nothing is left to be pulled: the exception has done its work."""
        done = self.search(
            [
                ("kind", "=", "past_pull"),
                ("expiry_rule_id", "in", rules.ids),
                ("state", "!=", "resolved"),
                ("id", "not in", still.ids),
            ]
        )
        if done:
            done._resolve("corrected", self.env._("Nothing is past its pull date any more."))

    def action_open_subject(self):
        """Goods past their pull date are in a list."""
        if self.expiry_rule_id:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "lot_serial_trace.action_trace_expiry_due"
            )
            domain = [
                ("rule_id", "=", self.expiry_rule_id.id),
                ("stage", "in", ("pull", "expired")),
            ]
            return {**action, "domain": domain, "context": {}}
        return super().action_open_subject()
