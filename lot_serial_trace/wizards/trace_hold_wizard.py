from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.trace_hold import REASONS

#: What a row of the dialog opens: key -> (model, domain beside that of the lots).
LISTS = {
    "numbers": ("stock.lot", []),
    "on_hand": ("stock.quant", [("location_id.usage", "in", ("internal", "transit"))]),
    "quarantine": ("stock.quant", [("location_id.usage", "in", ("internal", "transit"))]),
    "elsewhere": ("stock.quant", [("location_id.usage", "in", ("internal", "transit"))]),
    "reserved": (
        "stock.move.line",
        [("state", "in", ("assigned", "partially_available")), ("picked", "=", False)],
    ),
    "picked": (
        "stock.move.line",
        [("state", "in", ("assigned", "partially_available")), ("picked", "=", True)],
    ),
    "customers": (
        "stock.move.line",
        [("state", "=", "done"), ("location_dest_id.usage", "=", "customer")],
    ),
    "held": ("trace.hold", [("state", "=", "active")]),
}


class TraceHoldWizard(models.TransientModel):
    """Places holds on numbers, or releases holds, in three steps on one screen.

    ``ask``: what is about to happen is shown as facts (``trace.hold.facts``) beside the
    fields; ``done``: what came of it, from the effects that the holds keep. Where the
    numbers come from a list, the screen ``trace_hold_numbers`` is before it. Ten
    thousand numbers are a count and a link here, never ten thousand tags.
    """

    _name = "trace.hold.wizard"
    _description = "Place or Release Holds"

    mode = fields.Selection([("place", "Place"), ("release", "Release")], required=True)
    stage = fields.Selection([("ask", "Ask"), ("done", "Done")], default="ask", required=True)
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serials")
    hold_ids = fields.Many2many("trace.hold", string="Holds")
    origin_model = fields.Char()
    origin_id = fields.Many2oneReference(model_field="origin_model")
    origin_text = fields.Char("Found On", compute="_compute_origin_text")
    source = fields.Selection(REASONS, default="quality", required=True)
    reason = fields.Char()
    scope = fields.Selection(
        [("everywhere", "Wherever they are"), ("place", "Only in one place")],
        "Which goods",
        default="everywhere",
        required=True,
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        domain="[('usage', 'in', ('internal', 'transit')), "
        "('company_id', 'in', (company_id, False))]",
    )
    goods = fields.Selection(
        selection=[
            ("policy", "As the rules say"),
            ("move", "Move them to quarantine"),
            ("stay", "Leave them where they are"),
        ],
        string="Goods on hand",
        default="policy",
        required=True,
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    facts = fields.Json("What will happen", compute="_compute_facts")

    # -- opening --------------------------------------------------------------

    @api.model
    def _ask_to_place(self, lots, origin=None, location=None, **values):
        """The action that asks why ``lots`` are put on hold.

        :param origin: record on which somebody found out
        :param location: place where the goods lie; whether the hold is for it only is asked
        """
        self.env["trace.hold"]._check_right()
        if not lots:
            raise UserError(
                self.env._("There is no lot or serial number here that could be put on hold.")
            )
        wizard = self.create(
            {
                "mode": "place",
                "lot_ids": [(6, 0, lots.ids)],
                "location_id": location.id if location else False,
                "origin_model": origin._name if origin else False,
                "origin_id": origin.id if origin else False,
                **values,
            }
        )
        return wizard._action(self.env._("Place on hold"))

    @api.model
    def _ask_to_release(self, holds):
        """The action that asks why ``holds`` are released."""
        self.env["trace.hold"]._check_right()
        active = holds.filtered(lambda hold: hold.state == "active")
        if not active:
            raise UserError(self.env._("Nothing is on hold here any more."))
        wizard = self.create({"mode": "release", "hold_ids": [(6, 0, active.ids)]})
        return wizard._action(self.env._("Release"))

    def _action(self, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.model
    def preview_numbers(
        self,
        text: str = "",
        file: str | None = None,
        product_id: int | None = None,
        ranges: bool = True,
    ) -> dict:
        """Look through a list of numbers that are to be put on hold; changes nothing.

        :param text: a list as pasted, see ``stock.picking.trace_preview_numbers``
        :param file: a text file or Excel workbook instead, Base64
        :param product_id: product of the numbers for which the list names none
        :param ranges: whether ``SN001-SN050`` means fifty numbers
        :return: dict with ``error``, ``rows`` (lists ``[line, number, product id, verdict, what
            is said about it, None, None, range]``), ``counts`` (dict verdict -> how many),
            ``outcomes`` (dict verdict -> ``good``, ``note``, ``warn``, ``skip`` or ``stop``) and
            ``products`` (dicts ``id``, ``name``); ``verdict`` is one of ``ready``, ``not_here``,
            ``held``, ``twice``, ``unknown``, ``several``, ``no_product``, ``wrong``
        """
        self.env["trace.hold"]._check_right()
        return self.env["trace.hold.numbers"]._preview(text, file, product_id, ranges)

    @api.model
    def ask_for_numbers(
        self,
        text: str = "",
        file: str | None = None,
        product_id: int | None = None,
        ranges: bool = True,
        held: bool = False,
    ) -> dict:
        """Open the dialog that puts the numbers of a list on hold.

        :param held: those that are on hold already, too; for the others see
            :meth:`preview_numbers`
        :return: an action
        """
        self.env["trace.hold"]._check_right()
        numbers = self.env["trace.hold.numbers"]
        return self._ask_to_place(numbers._lots(text, file, product_id, ranges, held))

    # -- showing --------------------------------------------------------------

    @api.depends("origin_model", "origin_id")
    def _compute_origin_text(self):
        for wizard in self:
            origin = wizard._origin_record()
            wizard.origin_text = origin.display_name if origin else False

    def _origin_record(self):
        """The record on which somebody found out, if the user may read it."""
        if not self.origin_model or self.origin_model not in self.env or not self.origin_id:
            return None
        origin = self.env[self.origin_model].browse(self.origin_id)
        return origin if origin.has_access("read") else None

    @api.depends("stage", "scope", "location_id", "lot_ids", "hold_ids")
    def _compute_facts(self):
        for wizard in self:
            wizard.facts = wizard._rows()

    def _rows(self):
        lots, holds = self.lot_ids._origin, self.hold_ids._origin
        if self.stage == "done":
            return self.env["trace.hold.outcome"]._rows(holds, self.mode)
        if self.mode == "release":
            return self.env["trace.hold.outcome"]._before_release(holds)
        return self.env["trace.hold.facts"]._rows(lots, self._place())

    def _place(self):
        """The place that the hold is for, empty for everywhere."""
        return self.location_id if self.scope == "place" else self.location_id.browse()

    def action_show(self, key):
        """Open the list behind a row of the facts."""
        self.ensure_one()
        outcome = self.env["trace.hold.outcome"]
        if self.stage == "done" or self.mode == "release":
            return outcome._action(self.hold_ids, key)
        if key not in LISTS:
            raise UserError(self.env._("There is no list of this."))
        model, domain = LISTS[key]
        name = "id" if model == "stock.lot" else "lot_id"
        row = next((row for row in self.facts if row["key"] == key), {})
        return outcome._list(row.get("label"), model, [(name, "in", self.lot_ids.ids), *domain])

    # -- doing ----------------------------------------------------------------

    def action_confirm(self):
        """Place or release, then show what came of it."""
        self.ensure_one()
        self.env["trace.hold"]._check_right()
        if self.mode == "place":
            self.hold_ids = self._place_holds()
        else:
            self.hold_ids._release(self.reason)
        self.stage = "done"
        done = self.env._("On hold") if self.mode == "place" else self.env._("Released")
        return self._action(done)

    def _place_holds(self):
        self.lot_ids.check_access("read")
        if self.scope == "place" and not self.location_id:
            raise UserError(self.env._("Say in which place the goods are on hold."))
        return self.env["trace.hold"]._place(
            self.lot_ids,
            self.reason,
            self.source,
            location=self._place() or None,
            goods=None if self.goods == "policy" else self.goods,
            origin=self._origin_record(),
        )
