import hashlib

from odoo import api, models

from ..core import findings


class TraceException(models.Model):
    """Flaws in traces: one exception for each company, however many there are."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.exception"

    @api.model
    def _subject_key(self, vals):
        if vals["kind"] != "trace_health":
            return super()._subject_key(vals)
        subject = f"{vals['kind']}|{vals['company_id']}"
        return hashlib.sha256(subject.encode()).hexdigest()

    @api.model
    def _keep_for_health(self, records):
        """Open, bring up to date and close what is on the desk: constant queries.

        :param records: the latest ``trace.health`` of each company
        """
        poor = {one.company_id: one._said() for one in records if one._has_flaws()}
        known = self._open_many(
            [
                {"kind": "trace_health", "company_id": company.id, "values": values}
                for company, values in poor.items()
            ]
        ).sudo()
        for one in known:
            one._say_health(poor[one.company_id])
        done = self.sudo().search(
            [
                ("kind", "=", "trace_health"),
                ("state", "!=", "resolved"),
                ("id", "not in", known.ids),
                ("company_id", "in", records.company_id.ids),
            ]
        )
        if done:
            done._resolve("corrected", self.env._("Nothing breaks a trace any more."))

    def _say_health(self, values):
        if self.details != values:
            sentence = self.env._(findings.KINDS[self.kind].message)
            name = sentence % values
            self.with_context(tracking_disable=True).write({"name": name, "details": values})

    def action_open_subject(self):
        """Flaws in traces are in a list."""
        if self.kind == "trace_health":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "lot_serial_trace.action_trace_health_finding"
            )
            return {**action, "domain": [("company_id", "=", self.company_id.id)]}
        return super().action_open_subject()
