from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from .trace_kpi_sql import MACHINE

#: Settled notices, as the figures count them.
SETTLED = ("clear", "confirmed", "case", "refused")
#: Code -> action that shows the records, field of the moment, what counts at all, field of the
#: warehouse, field of the shop.
RECORDS = {
    "cycle_time": (
        *("action_trace_cycle_time", "answered_at", [("state", "=", "answered")]),
        *("warehouse_id", None),
    ),
    "accuracy_quantity": (
        *("action_trace_inventory_accuracy", "counted_at", []),
        *("warehouse_id", None),
    ),
    "scan": (
        *("action_trace_scan_compliance", "date", [("required", "=", True)]),
        *("warehouse_id", "config_id"),
    ),
    "recall_time": (
        *("action_trace_recall_time", "closed_at"),
        [("kind", "=", "case"), ("state", "=", "closed")],
        *("warehouse_id", None),
    ),
    "touchless_asn": (
        *("action_trace_asn_line_figure", "asn_id.settled_at"),
        [("asn_id.state", "in", ("reconciled", "closed"))],
        *("asn_id.warehouse_id", None),
    ),
    "touchless_expiry": (
        *("action_trace_expiry_action", "done_at", [("kind", "!=", "tell")]),
        *(None, None),
    ),
    "touchless_notice": (
        *("action_trace_notice", "arrived_at"),
        [("state", "in", SETTLED), ("to_match", "=", False)],
        *(None, None),
    ),
}
RECORDS["accuracy_location"] = RECORDS["accuracy_lot"] = RECORDS["accuracy_quantity"]
#: Code -> domain of the records that lower it.
WRONG = {
    "accuracy_quantity": [("quantity_right", "=", False)],
    "accuracy_location": [("location_right", "=", False)],
    "accuracy_lot": [("lot_right", "=", False)],
    "scan": [("scanned", "=", False)],
    "touchless_asn": [
        "|",
        ("matched_by", "=", "person"),
        ("asn_id.exception_ids", "!=", False),
    ],
    "touchless_expiry": ["|", ("user_id", "!=", MACHINE), ("undone_at", "!=", False)],
    "touchless_notice": [("state", "!=", "clear")],
}


class TraceKpiRecords(models.AbstractModel):
    """From a figure to the records that it was counted in: as many as its denominator says."""

    _name = "trace.kpi.records"
    _description = "Records Behind a Figure"

    @api.model
    def _open(self, code, companies, since, until, place, wrong=False):
        """Action that shows the records behind a figure.

        :param companies: ``res.company`` records
        :param since, until: first and last day, each by its company's clock
        :param place: dict ``warehouse_id``, ``config_id``: ids, False for none, absent for all
        :param wrong: only those that lower it
        """
        name = RECORDS[code][0]
        action = self.env["ir.actions.act_window"]._for_xml_id(f"lot_serial_trace.{name}")
        domain = self._domain(code, companies, since, until, place)
        if wrong:
            domain &= Domain(WRONG.get(code, []))
        modes = [mode for mode in action["view_mode"].split(",") if mode != "list"]
        return {
            **action,
            "domain": list(domain),
            "context": {"create": False},
            "view_mode": ",".join(["list", *modes]),
            "views": [(False, mode) for mode in ["list", *modes]],
            "path": False,
        }

    @api.model
    def _domain(self, code, companies, since, until, place):
        """The records that count in a time."""
        _action, moment, counts, warehouse, config = RECORDS[code]
        domain = Domain(counts) & self._when(moment, companies, since, until)
        for name, path in (("warehouse_id", warehouse), ("config_id", config)):
            if path and name in place:
                domain &= Domain(path, "=", place[name])
        return domain

    @api.model
    def _when(self, moment, companies, since, until):
        """Records of companies between two days, by the clock of each."""
        table = self.env["trace.kpi.day"].sudo()
        firsts = table._bounds([(company.id, since) for company in companies])
        ends = table._bounds([(company.id, until + timedelta(days=1)) for company in companies])
        together = {}
        for first, end in zip(firsts, ends, strict=True):
            together.setdefault((first[2], end[2]), []).append(first[0])
        return Domain.OR(
            Domain("company_id", "in", ids) & Domain(moment, ">=", begin) & Domain(moment, "<", end)
            for (begin, end), ids in together.items()
        )
