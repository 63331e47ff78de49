from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import setup
from ..core.setup_trades import TRADES

ADMIN = "lot_serial_trace.group_trace_admin"


class TraceSetup(models.Model):
    """A guided set-up of a company: what do you sell?

    An administrator says what the company sells, for all goods or for some categories, and looks
    at what would be set, line by line (``trace.setup.change``); nothing has been changed by then.
    *Set this* does it all at once and remembers each record made and each value changed, so that
    *Undo* puts back what was there before. What somebody has decided already, before or since,
    is never touched: the line says so.

    What the lines are follows from ``core/setup.py`` alone (``trace_setup_planning.py``).
    """

    _name = "trace.setup"
    _description = "Guided Set-up"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("ask", "What You Sell"),
            ("look", "What Would Be Set"),
            ("done", "Done"),
            ("undone", "Undone"),
        ],
        required=True,
        default="ask",
        readonly=True,
        copy=False,
    )
    trade_ids = fields.One2many(
        "trace.setup.trade",
        "setup_id",
        default=lambda self: [(0, 0, {"trade": trade}) for trade in TRADES],
    )
    change_ids = fields.One2many("trace.setup.change", "setup_id", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who is told of expiring goods and carries recall drills out",
    )
    done_at = fields.Datetime("Set On", readonly=True)
    done_by_id = fields.Many2one("res.users", "Set By", readonly=True)
    undone_at = fields.Datetime("Undone On", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    says = fields.Text(compute="_compute_says")

    @api.depends("state", "trade_ids.chosen")
    def _compute_display_name(self):
        for one in self:
            sold = ", ".join(one.trade_ids.filtered("chosen").mapped("title"))
            one.display_name = self.env._("Set-up: %s", sold) if sold else self.env._("Set-up")

    @api.depends("state", "change_ids.state", "change_ids.wanted")
    def _compute_says(self):
        for one in self:
            one.says = getattr(one, f"_says_{one.state}")()

    def _says_ask(self):
        return self.env._("Nothing is changed before you have seen what it would be.")

    def _says_look(self):
        count = len(self.change_ids._to_do())
        if not count:
            return self.env._("There is nothing to do: all this is set already.")
        return self.env._(
            "%s things would be set. What is grey stays as you have it; take out what you do not "
            "want. It can be undone at any time.",
            count,
        )

    def _says_done(self):
        count = len(self.change_ids.filtered(lambda change: change.state == "done"))
        return self.env._(
            "%s things were set. Each is an ordinary record that you may change; what you change "
            "stays when the rest is undone.",
            count,
        )

    def _says_undone(self):
        left = len(self.change_ids.filtered(lambda change: change.state == "left"))
        if left:
            return self.env._(
                "All is as it was before, but for %s lines: they say what was found.", left
            )
        return self.env._("All is as it was before.")

    # -- opening --------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open where the company stands: what it is asked, or what was set last."""
        self.check_access("create")
        mine = self.search([("company_id", "=", self.env.company.id)], limit=1)
        return (mine or self.create({}))._screen()

    def action_again(self):
        """Begin a new one; what was set stays until it is undone."""
        self.check_access("create")
        return self.create({})._screen()

    def _screen(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_setup"
        )
        return {**action, "res_id": self.id, "views": [(False, "form")], "view_mode": "form"}

    @api.model
    def offer(self) -> bool:
        """Whether the person should be asked to set the app up: once for each company."""
        company = self.env.company
        if not self.env.user.has_group(ADMIN) or company.sudo().trace_setup_offered:
            return False
        company.sudo().trace_setup_offered = True
        policies = self.env["trace.policy"].with_context(active_test=False)
        return not (
            self.search_count([("company_id", "=", company.id)], limit=1)
            or policies.search_count([("company_id", "in", (company.id, False))], limit=1)
        )

    # -- steps ----------------------------------------------------------------

    def action_look(self):
        """Show what would be set."""
        self._check_step("ask", "look")
        if not self.trade_ids.filtered("chosen"):
            raise UserError(self.env._("Switch on at least one line: what do you sell?"))
        self._show(self._plan())
        self.state = "look"

    def action_back(self):
        """Ask again what is sold."""
        self._check_step("look")
        self.sudo().change_ids.unlink()
        self.state = "ask"

    def action_set(self):
        """Set what is shown; if it is no longer so, show what it is now instead."""
        self._check_step("look")
        self.lock_for_update()
        rows = self._plan()
        if not self._is_shown(rows):
            self._show(rows)
            return self._tell(self.env._("Something was changed meanwhile. Please look again."))
        changes = self.sudo().change_ids._to_do()
        if not changes:
            raise UserError(self.env._("There is nothing to be set."))
        changes._do()
        self.write({"state": "done", "done_at": fields.Datetime.now(), "done_by_id": self.env.uid})

    def action_undo(self):
        """Put back what was there before; what somebody changed since is left alone."""
        self._check_step("done")
        self.lock_for_update()
        changes = self.sudo().change_ids
        changes.filtered(lambda change: change.state == "done")._undo()
        self.write(
            {"state": "undone", "undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid}
        )

    def _check_step(self, *states):
        self.ensure_one()
        self.check_access("write")
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose one of your companies."))
        if self.state not in states:
            raise UserError(
                self.env._("This set-up is elsewhere by now. Load the page again and look at it.")
            )

    def _show(self, rows):
        """Keep the rows as lines; what somebody has taken out stays out."""
        unwanted = {change.key for change in self.change_ids if not change.wanted}
        self.sudo().change_ids.unlink()
        self.env["trace.setup.change"].sudo().create(
            [{**row, "setup_id": self.id, "wanted": row["key"] not in unwanted} for row in rows]
        )

    def _is_shown(self, rows):
        shown = [(one.key, one.state, one.payload) for one in self.change_ids.sudo()]
        return sorted(shown, key=str) == sorted(
            ((row["key"], row["state"], row["payload"]) for row in rows), key=str
        )

    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- what it comes to -----------------------------------------------------

    def _settings(self):
        """What the chosen trades want together, see ``core/setup.py``."""
        return setup.settings(
            (one.trade, tuple(sorted(one.categ_ids.ids))) for one in self.trade_ids if one.chosen
        )
