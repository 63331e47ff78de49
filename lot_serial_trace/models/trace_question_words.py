from odoo import api, models

from .trace_question import ASKED

#: Records named of each kind; of the others only the number is said.
NAMED = 5
#: Kind of an operation -> model.
OPERATIONS = {
    "production": "mrp.production",
    "unbuild": "mrp.unbuild",
    "repair": "repair.order",
    "repair_in": "repair.order",
    "repair_out": "repair.order",
}


class TraceQuestion(models.AbstractModel):
    """A question in words, and the question that records stand for."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.question"

    @api.model
    def _words(self, question):
        """What is asked, one line for each kind; names only of what the user may read."""
        question = self._checked(question)
        labels = self._labels()
        lines = [
            f"{labels[key]}: {self._names(key, question[key])}"
            for key in (*ASKED, "numbers", "operations")
            if question.get(key)
        ]
        lines += [self._place_words(place) for place in question["places"]]
        if question["from"] or question["to"]:
            lines.append(
                self.env._(
                    "from %(start)s to %(end)s (UTC)",
                    start=question["from"] or "…",
                    end=question["to"] or "…",
                )
            )
        directions = {
            "backward": self.env._("Where did it come from?"),
            "forward": self.env._("Where did it go?"),
            "both": self.env._("Where did it come from and where did it go?"),
        }
        return "\n".join([*lines, directions[question["direction"]]])

    @api.model
    def _labels(self):
        return {
            "lots": self.env._("Lots and serial numbers"),
            "numbers": self.env._("Numbers"),
            "products": self.env._("Products"),
            "suppliers": self.env._("Suppliers"),
            "customers": self.env._("Customers"),
            "asns": self.env._("Shipping notices"),
            "purchases": self.env._("Purchase orders"),
            "sales": self.env._("Sales orders"),
            "pos_orders": self.env._("Sales at tills"),
            "pickings": self.env._("Transfers"),
            "packages": self.env._("Packages"),
            "operations": self.env._("Operations"),
        }

    @api.model
    def _names(self, key, values):
        if key == "numbers":
            names = values[:NAMED]
        elif key == "operations":
            names = [self._operation_name(*value) for value in values[:NAMED]]
        else:
            names = self._record_names(ASKED[key], values[:NAMED])
        more = len(values) - NAMED
        return ", ".join(names) + (" " + self.env._("and %s more", more) if more > 0 else "")

    @api.model
    def _operation_name(self, kind, res_id):
        """What an operation is called; its number where its app is gone."""
        model = OPERATIONS[kind]
        return self._record_names(model, [res_id])[0] if model in self.env else f"#{res_id}"

    @api.model
    def _record_names(self, model, ids):
        """Names of records; of those that the user may not read their number."""
        records = self.env[model].browse(ids).exists()
        readable = (
            records._filtered_access("read") if records.has_access("read") else records.browse()
        )
        names = {record.id: record.display_name for record in readable}
        return [names.get(res_id) or f"#{res_id}" for res_id in ids]

    @api.model
    def _place_words(self, place):
        if place.get("workcenter_id"):
            model, res_id = "mrp.workcenter", place["workcenter_id"]
        else:
            model, res_id = "stock.location", place["location_id"]
        known = model in self.env
        return self.env._(
            "What was in %(place)s from %(start)s to %(end)s (UTC)",
            place=self._record_names(model, [res_id])[0] if known else f"#{res_id}",
            start=place["from"] or "…",
            end=place["to"] or "…",
        )

    # -- from records ---------------------------------------------------------

    @api.model
    def _of_records(self, model, ids):
        """The question that records of a model stand for; None where there is none."""
        if model == "product.template":
            products = self.env["product.product"].with_context(active_test=False)
            return {"products": products.search([("product_tmpl_id", "in", ids)]).ids}
        if model == "res.partner":
            return self._of_partners(ids)
        for kind, known in OPERATIONS.items():
            if known == model:
                return {"operations": [[kind, res_id] for res_id in ids]}
        if model == "stock.location":
            return {"places": [{"location_id": res_id} for res_id in ids]}
        for key, asked in ASKED.items():
            if asked == model:
                return {key: ids}
        return None

    @api.model
    def _lots_of(self, model, ids):
        """Ids of the lots that records of a model are about."""
        question = self._of_records(model, ids)
        if not question or not any(question.values()):
            return []
        return [start.lot_id for start in self._spans(self._checked(question))]

    @api.model
    def _of_partners(self, ids):
        """Suppliers are asked for what they sent, all others for what they got."""
        partners = self.env["res.partner"].browse(ids)
        suppliers = partners.filtered("supplier_rank")
        customers = partners.filtered(lambda one: one.customer_rank or not one.supplier_rank)
        return {"suppliers": suppliers.ids, "customers": customers.ids}
