import base64

from odoo import api, models
from odoo.tools import file_open

DASHBOARDS = "spreadsheet.dashboard"
FILE = "lot_serial_trace/data/files/traceability_dashboard.json"
#: ir.config_parameter key: whether the dashboard was made since there are dashboards.
MADE = "lot_serial_trace.kpi_dashboard"
READERS = ("group_trace_user", "group_trace_auditor")


class TraceKpiDashboard(models.AbstractModel):
    """The figures in Odoo's Dashboards app, in databases that have it.

    The app is no dependency: where it is there, the dashboard comes with the installation and each
    update of this add-on; where it is installed later, with the next count of the figures. Who has
    deleted the dashboard gets it back with an update only.
    """

    _name = "trace.kpi.dashboard"
    _description = "Dashboard of Figures"

    @api.model
    def _load(self):
        """Make the dashboard, or bring it up to date; nothing where there are no dashboards."""
        there = DASHBOARDS in self.env
        if there:
            data = {"xml_id": "lot_serial_trace.dashboard_figures", "values": self._values()}
            self.env[DASHBOARDS].sudo()._load_records([data], update=True)
        self.env["ir.config_parameter"].sudo().set_param(MADE, there)

    @api.model
    def _load_later(self):
        """Make the dashboard if dashboards came after this add-on; nothing is asked otherwise."""
        made = self.env["ir.config_parameter"].sudo().get_param(MADE)
        if bool(made) != (DASHBOARDS in self.env):
            self._load()

    @api.model
    def _values(self):
        with file_open(FILE, "rb") as file:
            content = base64.b64encode(file.read())
        groups = [self.env.ref(f"lot_serial_trace.{name}").id for name in READERS]
        return {
            "name": "Traceability Figures",
            "spreadsheet_binary_data": content,
            "dashboard_group_id": self.env.ref(
                "spreadsheet_dashboard.spreadsheet_dashboard_group_logistics"
            ).id,
            "group_ids": [(6, 0, groups)],
            "sequence": 310,
            "is_published": True,
        }
