from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core import figures

#: Field -> figure, and what its unit is divided by for the digest.
SHOWN = {
    "kpi_trace_cycle_value": ("cycle_time", 3600),
    "kpi_trace_accuracy_value": ("accuracy_quantity", 0.01),
    "kpi_trace_scan_value": ("scan", 0.01),
    "kpi_trace_recall_value": ("recall_time", 86400),
}


class DigestDigest(models.Model):
    """The four figures and the desk in Odoo's digest mails.

    Of the days that are over: the last 24 hours of a digest are yesterday. Odoo's digests know no
    empty figure: 0.00 where nothing was counted.
    """

    _inherit = "digest.digest"

    kpi_trace_cycle = fields.Boolean("Lot Traceability Cycle Time (h)")
    kpi_trace_cycle_value = fields.Float(compute="_compute_kpi_trace_values")
    kpi_trace_accuracy = fields.Boolean("Inventory Accuracy Rate (%)")
    kpi_trace_accuracy_value = fields.Float(compute="_compute_kpi_trace_values")
    kpi_trace_scan = fields.Boolean("Scan Compliance Rate (%)")
    kpi_trace_scan_value = fields.Float(compute="_compute_kpi_trace_values")
    kpi_trace_recall = fields.Boolean("Recall Resolution Time (days)")
    kpi_trace_recall_value = fields.Float(compute="_compute_kpi_trace_values")
    kpi_trace_exceptions = fields.Boolean("Traceability Exceptions Opened")
    kpi_trace_exceptions_value = fields.Integer(compute="_compute_kpi_trace_exceptions_value")

    # Odoo forgets a value before it asks for another time, but not those computed beside it.
    @api.depends_context("uid", "company", "start_datetime", "end_datetime")
    def _compute_kpi_trace_values(self):
        self._trace_check_reader("trace.kpi")
        for digest in self:
            found = digest._trace_sums()
            for name, (code, divisor) in SHOWN.items():
                value = figures.value(*found.get(code, (0, 0)))
                digest[name] = (value or 0) / divisor

    def _compute_kpi_trace_exceptions_value(self):
        self._trace_check_reader("trace.exception")
        self._calculate_company_based_kpi(
            "trace.exception", "kpi_trace_exceptions_value", date_field="opened_at"
        )

    @api.model
    def _trace_check_reader(self, model):
        if not self.env[model].has_access("read"):
            raise AccessError(self.env._("Traceability is not of your digest."))

    def _trace_sums(self):
        """dict code -> (numerator, denominator) in the time that the context tells."""
        self.ensure_one()
        company = self.company_id or self.env.company
        kpi = self.env["trace.kpi"].with_context(allowed_company_ids=company.ids)
        calendar = self.env["trace.calendar"]
        since, until = (
            calendar._day(fields.Datetime.to_datetime(moment), company)
            for moment in self._get_kpi_compute_parameters()[:2]
        )
        rows = kpi._read_group(
            [
                ("company_id", "=", company.id),
                ("code", "in", [code for code, _divisor in SHOWN.values()]),
                ("day", ">=", since),
                ("day", "<", until),
            ],
            ["code"],
            ["numerator:sum", "denominator:sum"],
        )
        return {code: sums for code, *sums in rows}

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("lot_serial_trace.menu_root").id
        home = f"lot_serial_trace.action_trace_home?menu_id={menu}"
        desk = f"lot_serial_trace.action_trace_exception?menu_id={menu}"
        names = [name.removesuffix("_value") for name in SHOWN]
        return {**actions, **dict.fromkeys(names, home), "kpi_trace_exceptions": desk}
