from odoo import api, models


class TraceHoldOutcome(models.AbstractModel):
    """What came of placing or releasing holds, told from the effects that they keep.

    Rows are made as those of ``trace.hold.facts``; each opens the records behind it.
    """

    _name = "trace.hold.outcome"
    _description = "Outcome of Holds"

    @api.model
    def _rows(self, holds, mode):
        """Rows about ``holds`` that were just placed (``mode`` ``place``) or released."""
        self.env.flush_all()
        if mode == "release":
            return self._rows_released(holds)
        return [
            self._holds_row(holds, self.env._("On hold now"), "stop"),
            *self._effect_rows(holds),
            *self._till_rows(holds),
        ]

    @api.model
    def _holds_row(self, holds, label, tone):
        facts = self.env["trace.hold.facts"]
        counts = self.env["trace.hold"]._read_group(
            [("id", "in", holds.ids)], ["product_id"], ["__count"], order="__count desc"
        )
        names = [f"{product.display_name} ({facts._amount(count)})" for product, count in counts]
        return facts._row("holds", label, facts._amount(len(holds)), facts._some(names), tone)

    # -- placed ---------------------------------------------------------------

    @api.model
    def _effects(self, holds):
        """Effects of holds by kind."""
        return self.env["trace.hold.effect"].search([("hold_id", "in", holds.ids)]).grouped("kind")

    @api.model
    def _effect_rows(self, holds):
        effects = self._effects(holds)
        words = {
            "freed": (
                self.env._("Given up"),
                self.env._("Reserved no more on %s. Other stock was reserved where there is any."),
                "note",
            ),
            "short": (self.env._("Missing now"), self.env._("No other stock for %s."), "stop"),
            "picked": (
                self.env._("Take out by hand"),
                self.env._("Picked already on %s. Validate will be stopped."),
                "stop",
            ),
            "moved": (self.env._("To quarantine"), self.env._("Transfer %s is waiting."), "good"),
            "told": (self.env._("Told"), self.env._("A note was written on %s."), "note"),
        }
        facts = self.env["trace.hold.facts"]
        return [
            facts._row(
                kind, label, self._count(effects[kind]), text % self._names(effects[kind]), tone
            )
            for kind, (label, text, tone) in words.items()
            if effects.get(kind)
        ]

    @api.model
    def _count(self, effects):
        facts = self.env["trace.hold.facts"]
        return facts._amount(sum(effects.mapped("quantity")) or len(effects))

    @api.model
    def _names(self, effects):
        names = [effect.document or "–" for effect in effects]
        return self.env["trace.hold.facts"]._some(list(dict.fromkeys(names)))

    @api.model
    def _till_rows(self, holds):
        tills = holds._open_tills()
        if not tills:
            return []
        facts = self.env["trace.hold.facts"]
        text = self.env._("Open tills hear of it: %s", facts._some(tills.mapped("name")))
        return [facts._row("tills", self.env._("Tills"), facts._amount(len(tills)), text, "note")]

    # -- released -------------------------------------------------------------

    @api.model
    def _before_release(self, holds):
        """What releasing ``holds`` will undo, and what holds the goods all the same."""
        rows = [self._holds_row(holds, self.env._("Holds"), "")]
        facts = self.env["trace.hold.facts"]
        reasons = list(dict.fromkeys(holds.mapped("reason")))
        rows.append(facts._row("why", self.env._("Placed because"), "", facts._some(reasons)))
        return [*rows, *self._undone_rows(self._effects(holds)), *self._others_rows(holds)]

    @api.model
    def _undone_rows(self, effects):
        """What is undone of the effects, which are by kind."""
        facts = self.env["trace.hold.facts"]
        words = {
            "freed": (
                self.env._("Reserved again"),
                self.env._("Where it is still waited for: %s"),
            ),
            "moved": (
                self.env._("Quarantine transfer"),
                self.env._("%s: called off if it is not done, else the goods are sent back."),
            ),
        }
        return [
            facts._row(kind, label, self._count(effects[kind]), text % self._names(effects[kind]))
            for kind, (label, text) in words.items()
            if effects.get(kind)
        ]

    @api.model
    def _others(self, holds):
        """Other holds in force on the same lots."""
        return self.env["trace.hold"].search(
            [
                ("lot_id", "in", holds.lot_id.ids),
                ("id", "not in", holds.ids),
                ("state", "=", "active"),
            ]
        )

    @api.model
    def _others_rows(self, holds):
        others = self._others(holds)
        if not others:
            return []
        facts = self.env["trace.hold.facts"]
        reasons = facts._some(list(dict.fromkeys(others.mapped("reason"))))
        text = self.env._("Not free: other holds are still in force. %s", reasons)
        count = facts._amount(len(others.lot_id))
        return [facts._row("others", self.env._("Stay on hold"), count, text, "stop")]

    @api.model
    def _rows_released(self, holds):
        others = self._others(holds)
        free = holds.filtered(lambda hold: hold.lot_id not in others.lot_id)
        rows = [self._holds_row(free, self.env._("Free again"), "good")] if free else []
        undone = {kind: some.filtered("undone_at") for kind, some in self._effects(holds).items()}
        return [*rows, *self._undone_rows(undone), *self._others_rows(holds)]

    # -- lists ----------------------------------------------------------------

    @api.model
    def _action(self, holds, key):
        """Open the records behind a row."""
        if key == "others":
            return self._list(
                self.env._("Holds"), "trace.hold", [("id", "in", self._others(holds).ids)]
            )
        effects = self._effects(holds).get(key)
        if not effects:
            return self._list(self.env._("Holds"), "trace.hold", [("id", "in", holds.ids)])
        label = dict(effects._fields["kind"]._description_selection(self.env))[key]
        return self._list(label, effects._name, [("id", "in", effects.ids)])

    @api.model
    def _list(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name or self.env[model]._description,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False, "search_default_filter_done": False},
        }
