from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Lines of each part that the form and the print show; the lists behind the buttons show all.
SHOWN = 40
PRINTED = 2_000


class TraceRun(models.Model):
    """How an answer is shown: the first lines of each part on the form, all of them in lists.

    An answer may have a hundred thousand lines; a form that loaded them all would not open.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    supplier_count = fields.Integer("Receipts", compute="_compute_part_counts")
    made_from_count = fields.Integer("Lots Made From", compute="_compute_part_counts")
    made_into_count = fields.Integer("Lots Made Into", compute="_compute_part_counts")
    path_count = fields.Integer("Movements", compute="_compute_part_counts")
    stock_count = fields.Integer("On Hand", compute="_compute_part_counts")
    transit_count = fields.Integer("On the Way", compute="_compute_part_counts")
    reserved_count = fields.Integer("Promised", compute="_compute_part_counts")
    production_count = fields.Integer("In Production", compute="_compute_part_counts")
    order_count = fields.Integer("Open Orders", compute="_compute_part_counts")
    consignee_count = fields.Integer("Customers to Call", compute="_compute_part_counts")
    customer_count = fields.Integer("Deliveries", compute="_compute_part_counts")
    returned_count = fields.Integer("Returns", compute="_compute_part_counts")
    scrapped_count = fields.Integer("Scrapped", compute="_compute_part_counts")
    balance_count = fields.Integer("Balance", compute="_compute_part_counts")

    supplier_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    made_from_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    made_into_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    path_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    stock_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    order_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    consignee_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")
    balance_first_ids = fields.Many2many("trace.run.line", compute="_compute_first")

    @api.depends("counts")
    def _compute_part_counts(self):
        parts = [name for name in self._fields if name.endswith("_count") and name != "query_count"]
        for run in self:
            for name in parts:
                if self._fields[name].compute == "_compute_part_counts":
                    run[name] = (run.counts or {}).get(name.removesuffix("_count"), 0)

    @api.depends("digest")
    def _compute_first(self):
        """The first lines of each part, of all runs at once."""
        names = [name for name in self._fields if name.endswith("_first_ids")]
        found = {}
        roles = [name.removesuffix("_first_ids") for name in names]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.run_id, l.role, l.id
                FROM unnest(%s::int[]) AS r(run_id)
                CROSS JOIN unnest(%s::varchar[]) AS part(role)
                CROSS JOIN LATERAL (
                    SELECT * FROM trace_run_line l
                    WHERE l.run_id = r.run_id AND l.role = part.role
                    ORDER BY l.sequence LIMIT %s
                ) l
                ORDER BY l.run_id, l.role, l.sequence
                """,
                self.ids,
                roles,
                SHOWN,
            )
        )
        for run_id, role, line_id in rows:
            found.setdefault((run_id, role), []).append(line_id)
        lines = self.env["trace.run.line"]
        for run in self:
            for name, role in zip(names, roles, strict=True):
                run[name] = lines.browse(found.get((run.id, role), []))

    def _printed(self, role):
        """The lines of a part that are printed."""
        self.ensure_one()
        domain = [("run_id", "=", self.id), ("role", "=", role)]
        return self.env["trace.run.line"].search(domain, order="sequence, id", limit=PRINTED)

    def _not_printed(self, role):
        """How many lines of a part are not printed: the print says so."""
        return max((self.counts or {}).get(role, 0) - PRINTED, 0)

    def action_lines(self):
        """Open one part of the answer as a list; the context says which (``trace_role``)."""
        self.ensure_one()
        role = self.env.context.get("trace_role")
        line = self.env["trace.run.line"]
        roles = dict(line._fields["role"]._description_selection(self.env))
        if role not in roles:
            raise UserError(self.env._("There is no such part of an answer: %s", role))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_run_line"
        )
        view = self.env.ref(f"lot_serial_trace.view_trace_run_line_{role}", False)
        if view:
            action["views"] = [(view.id, "list"), (False, "pivot")]
        return {
            **action,
            "name": f"{roles[role]}: {self.name}",
            "domain": [("run_id", "=", self.id), ("role", "=", role)],
            "context": {"trace_run_id": self.id, "trace_role": role, "create": False},
        }
