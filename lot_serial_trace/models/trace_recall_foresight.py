from odoo import api, models
from odoo.tools.misc import formatLang

#: Names that a row spells out.
NAMED = 4


class TraceRecallForesight(models.AbstractModel):
    """A preview as rows that a person reads: how many, of what, and a list to open behind it.

    Rows are made as those of ``trace.hold.facts``; each is one sentence about what was found by
    ``trace.recall._preview``.
    """

    _name = "trace.recall.foresight"
    _description = "Preview of a Recall"

    @api.model
    def _rows(self, seen):
        """Rows as the dialog of holds has them; those without anything to say left out."""
        rows = [
            self._row_lots(seen),
            self._row_stock(seen),
            self._row_value(seen),
            self._row_delivered(seen),
            self._row_orders(seen),
            self._row_held(seen),
            self._row_cases(seen),
            self._row_companies(seen),
            self._row_gaps(seen),
            self._row_narrow(seen),
            self._row_wide(seen),
        ]
        return [row for row in rows if row]

    @api.model
    def _fact(self, key, label, value, text="", tone=""):
        return {"key": key, "label": label, "value": value, "text": text, "tone": tone}

    @api.model
    def _row_lots(self, seen):
        names = [f"{one['product_name']} ({one['lots']})" for one in seen["products"]]
        text = self._listed(names, seen["product_count"])
        return self._fact("lots", self.env._("Lots and serials"), self._amount(seen["lots"]), text)

    @api.model
    def _row_stock(self, seen):
        units = self._units(seen, ("on_hand", "in_transit"))
        if not units:
            return self._fact("stock", self.env._("On hand"), "", self.env._("Nothing."), "good")
        names = [f"{one['name']} ({one['lots']})" for one in seen["places"]]
        text = self.env._(
            "%(count)s places: %(names)s",
            count=seen["place_count"],
            names=self._listed(names, seen["place_count"]),
        )
        return self._fact("stock", self.env._("On hand"), units, text, "stop")

    @api.model
    def _row_value(self, seen):
        amounts = [self._money(one) for one in seen["value"] if one["amount"]]
        if not amounts:
            return None
        text = self.env._("What the goods on hand have cost.")
        return self._fact("stock_value", self.env._("Value at cost"), ", ".join(amounts), text)

    @api.model
    def _row_delivered(self, seen):
        units = self._units(seen, ("delivered",))
        if not units:
            text = self.env._("Nothing was sold or delivered.")
            return self._fact("delivered", self.env._("Delivered"), "", text, "good")
        names = [one["partner_name"] or self.env._("nobody known") for one in seen["consignees"]]
        text = self.env._(
            "To %(customers)s customers in %(deliveries)s deliveries: %(names)s",
            customers=self._amount(seen["customers"]),
            deliveries=self._amount(seen["deliveries"]),
            names=self._listed(list(dict.fromkeys(names)), seen["customers"]),
        )
        if seen["unknown_deliveries"]:
            unknown = self._amount(seen["unknown_deliveries"])
            text += " " + self.env._("%s of them to nobody known.", unknown)
        return self._fact("delivered", self.env._("Delivered"), units, text, "stop")

    @api.model
    def _row_orders(self, seen):
        if not seen["orders"]:
            return None
        names = [one["document"] for one in seen["order_list"]]
        text = self.env._(
            "Documents that count on these goods: %s",
            self._listed(list(dict.fromkeys(names)), seen["orders"]),
        )
        count = self._amount(seen["orders"])
        return self._fact("orders", self.env._("Open orders"), count, text, "warn")

    @api.model
    def _row_held(self, seen):
        if not seen["held"]:
            return None
        text = self.env._("For other reasons; they stay held if this case ends.")
        return self._fact("held", self.env._("On hold already"), self._amount(seen["held"]), text)

    @api.model
    def _row_cases(self, seen):
        if not seen["cases"]:
            return None
        names = self._listed([one["name"] for one in seen["cases"]], len(seen["cases"]))
        text = self.env._("Other cases have some of these lots: %s. Merge them?", names)
        count = self._amount(len(seen["cases"]))
        return self._fact("cases", self.env._("Other cases"), count, text, "warn")

    @api.model
    def _row_companies(self, seen):
        if not seen["companies"]:
            return None
        text = self.env._(
            "Has goods of these lots, too, and is not part of the case: %s",
            ", ".join(seen["companies"]),
        )
        label = self.env._("Left out")
        return self._fact("companies", label, self._amount(len(seen["companies"])), text, "warn")

    @api.model
    def _row_gaps(self, seen):
        if not seen["gaps"]:
            return None
        text = self.env._(
            "Operations where they went into goods that are not tracked: where those are "
            "the ledger cannot tell."
        )
        return self._fact("gaps", self.env._("Gaps"), self._amount(seen["gaps"]), text, "warn")

    @api.model
    def _row_narrow(self, seen):
        text = self.env._(
            "%(asked)s asked about, %(made)s made of them since. Right if the cause is in these "
            "lots alone.",
            asked=self._amount(seen["asked"]),
            made=self._amount(seen["made_into"]),
        )
        label = self.env._("Smallest safe scope")
        return self._fact("narrow", label, self._amount(seen["narrow"]), text, "good")

    @api.model
    def _row_wide(self, seen):
        words = {
            "receipt": self.env._("%s came with the same receipts"),
            "batch": self.env._("%s have the same manufacturer's batch"),
            "made": self.env._("%s were made in the same orders"),
            "ingredients": self.env._("%s have ingredients in common"),
        }
        told = [
            words[kind] % self._amount(count) for kind, count in seen["shares"].items() if count
        ]
        text = self.env._("They share nothing with other lots.")
        if told:
            text = self.env._("With all that may share the cause: %s.", ", ".join(told))
        label = self.env._("Widest scope")
        return self._fact("wide", label, self._amount(seen["wide"]), text, "note" if told else "")

    # -- words ----------------------------------------------------------------

    @api.model
    def _amount(self, number):
        return formatLang(self.env, number, digits=0)

    @api.model
    def _money(self, one):
        currency = self.env["res.currency"].browse(one["currency_id"])
        return formatLang(self.env, one["amount"], currency_obj=currency)

    @api.model
    def _units(self, seen, names):
        """Quantities by unit of measure, as text."""
        totals = {
            unit: sum(quantities[name] for name in names)
            for unit, quantities in seen["units"].items()
        }
        return ", ".join(f"{total:,.10g} {unit}" for unit, total in totals.items() if total)

    @api.model
    def _listed(self, names, count):
        return ", ".join(names[:NAMED]) + (" …" if count > min(len(names), NAMED) else "")
