from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceRecallScreens(models.Model):
    """What people see of a case beside its own fields, and what they press.

    Whoever lacks one of the companies of a case sees his own part: figures are counted with
    the rights of the reader.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    asked_count = fields.Integer("Numbers Asked About", compute="_compute_asked_count")
    lot_count = fields.Integer("Lots and Serial Numbers", compute="_compute_counts")
    held_count = fields.Integer("On Hold", compute="_compute_counts")
    on_hand_count = fields.Integer("With Goods on Hand", compute="_compute_counts")
    late_count = fields.Integer("Came Later", compute="_compute_counts")
    product_names = fields.Char("Products", compute="_compute_product_names")
    can_read_run = fields.Boolean(compute="_compute_can_read_run")
    days_open = fields.Integer(compute="_compute_days_open")
    class_short = fields.Char("Class in Short", compute="_compute_class_short")

    def _compute_asked_count(self):
        for recall in self:
            recall.asked_count = len(recall.sudo().lot_ids)

    @api.depends("phase", "state", "scope_ids")
    def _compute_counts(self):
        groups = self.env["trace.recall.lot"]._read_group(
            [("recall_id", "in", self.ids), ("state", "in", ("scoped", "held"))],
            ["recall_id", "state", "why"],
            ["lot_id:count_distinct"],
        )
        here = dict(
            self.env["trace.recall.lot"]._read_group(
                [
                    ("recall_id", "in", self.ids),
                    ("state", "in", ("scoped", "held")),
                    ("on_hand_qty", ">", 0),
                ],
                ["recall_id"],
                ["lot_id:count_distinct"],
            )
        )
        for recall in self:
            mine = [row for row in groups if row[0] == recall]
            recall.lot_count = sum(row[3] for row in mine)
            recall.held_count = sum(row[3] for row in mine if row[1] == "held")
            recall.late_count = sum(row[3] for row in mine if row[2] == "late")
            recall.on_hand_count = here.get(recall, 0)

    @api.depends("lot_ids", "phase")
    def _compute_product_names(self):
        groups = self.env["trace.recall.lot"]._read_group(
            [("recall_id", "in", self.ids), ("state", "in", ("scoped", "held"))],
            ["recall_id"],
            ["product_id:recordset"],
        )
        scoped = dict(groups)
        for recall in self:
            products = scoped.get(recall)
            if products is None and recall.asked_count <= 1000:
                products = recall.lot_ids.product_id
            names = (products or self.env["product.product"]).mapped("display_name")
            recall.product_names = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")

    @api.depends("run_id")
    def _compute_can_read_run(self):
        for recall in self:
            run = recall.sudo().run_id.with_env(self.env)
            recall.can_read_run = bool(run) and run.has_access("read")

    @api.depends("initiated_at", "closed_at", "cancelled_at")
    def _compute_days_open(self):
        for recall in self:
            until = recall.closed_at or recall.cancelled_at or fields.Datetime.now()
            begun = recall.initiated_at
            recall.days_open = (until - begun).days if begun else 0

    @api.depends("severity_class")
    def _compute_class_short(self):
        """For lists: the number of the class alone."""
        for recall in self:
            known = recall.severity_class not in (False, "none")
            recall.class_short = recall.severity_class if known else False

    # -- opening a case -------------------------------------------------------

    @api.model
    def _open_case(self, lots, title, **values):
        """Make a draft from what somebody found: lots, a notice, an exception.

        :param lots: ``stock.lot`` records, maybe none yet
        :param values: further values of the case
        :return: the ``trace.recall``
        """
        self.check_access("create")
        companies = self.env.company | self._companies_with(lots)
        return self.create(
            {
                "title": title,
                "lot_ids": [(6, 0, lots.ids)],
                "company_ids": [(6, 0, companies.ids)],
                **values,
            }
        )

    @api.model
    def _companies_with(self, lots):
        """Those of the user's companies that have or had goods of ``lots``: one query."""
        if not lots:
            return self.env["res.company"]
        rows = self.env.execute_query_dict(self._sql_companies_with(lots, self.env.companies.ids))
        return self.env["res.company"].browse(row["id"] for row in rows)

    # -- buttons --------------------------------------------------------------

    @api.model
    def action_new_from_numbers(self):
        """Open the dialog that makes a case of a list of numbers."""
        return self.env["trace.recall.wizard"].action_new_case()

    def action_confirm(self):
        """Confirm; who has not looked ahead sees first what it means."""
        self.ensure_one()
        if not self.previewed_at and not self.is_drill and self.lot_ids:
            self.action_preview()
            return
        self._confirm()

    def action_back_to_draft(self):
        """Something has to be changed first."""
        self._back_to_draft()

    def action_add_lots(self):
        """Open the dialog that takes a list of numbers."""
        return self._dialog("add")

    def action_narrow(self):
        """Open the dialog that takes lots out."""
        return self._dialog("narrow")

    def action_merge(self):
        """Open the dialog that merges another case into this one."""
        return self._dialog("merge")

    def action_cancel(self):
        """Open the dialog that asks why."""
        return self._dialog("cancel")

    def action_close(self):
        """Close; if something is open, open the dialog that lists it and asks why."""
        self.ensure_one()
        if self._closing_obstacles():
            return self._dialog("close")
        return self._close()

    def _dialog(self, mode, **values):
        self._check_right()
        wizard = self.env["trace.recall.wizard"].create(
            {"mode": mode, "recall_id": self.id, **values}
        )
        return wizard._open()

    def action_open_lots(self):
        """Show the lots of the scope."""
        action = self._list_action("lot_serial_trace.action_trace_recall_lot")
        return {**action, "domain": [("recall_id", "=", self.id)]}

    def action_open_asked(self):
        """Show the lots that the case was asked about."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Asked About"),
            "res_model": "stock.lot",
            "view_mode": "list,form",
            "domain": [("id", "in", self.sudo().lot_ids.ids)],
        }

    def action_open_holds(self):
        """Show the holds that the case placed."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Holds"),
            "res_model": "trace.hold",
            "view_mode": "list,form",
            "domain": [("origin_model", "=", self._name), ("origin_id", "=", self.id)],
        }

    def action_open_stock(self):
        """Show what is on hand of the scope."""
        action = self._list_action("stock.dashboard_open_quants")
        lots = self.scope_ids.filtered(lambda row: row.state in ("scoped", "held")).lot_id
        return {
            **action,
            "domain": [
                ("lot_id", "in", lots.ids),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            "context": {"search_default_locationgroup": 1},
        }

    def action_open_run(self):
        """Open the trace from which the scope was frozen."""
        self.ensure_one()
        if not self.can_read_run:
            raise UserError(
                self.env._("The trace is about companies in which you do not work, too.")
            )
        return self.run_id._get_records_action()

    @api.model
    def _list_action(self, name):
        return self.env["ir.actions.act_window"]._for_xml_id(name)
