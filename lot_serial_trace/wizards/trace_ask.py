from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.trace_explorer_find import split
from ..models.trace_run import PURPOSES

#: Key of a question -> field of the dialog.
FIELDS = {
    "lots": "lot_ids",
    "products": "product_ids",
    "suppliers": "supplier_ids",
    "customers": "customer_ids",
    "asns": "asn_ids",
    "purchases": "purchase_ids",
    "sales": "sale_ids",
    "pos_orders": "pos_order_ids",
    "pickings": "picking_ids",
    "packages": "package_ids",
}
#: Records shown one by one; more are a count, and asked about all the same.
SHOWN = 100
#: So many texts that are no number are looked up as names of orders, transfers, products.
NAMED = 20


class TraceAsk(models.TransientModel):
    """Asks the ledger, from whatever is at hand: one dialog for all kinds of questions.

    Opened from a list or a form it holds what was selected. It answers at once, or lets
    somebody else answer: then it makes a request, and the clock runs. Records of many kinds at
    once are one question about all of them.
    """

    _name = "trace.ask"
    _description = "Ask the Ledger"

    numbers = fields.Text(help="Lots and serial numbers as on the label, one a line")
    lot_ids = fields.Many2many("stock.lot", string="Lots and Serials")
    product_ids = fields.Many2many("product.product", string="Products")
    supplier_ids = fields.Many2many(
        "res.partner", "trace_ask_supplier_rel", string="From Suppliers"
    )
    customer_ids = fields.Many2many("res.partner", "trace_ask_customer_rel", string="To Customers")
    asn_ids = fields.Many2many("trace.asn", string="Shipping Notices")
    purchase_ids = fields.Many2many("purchase.order", string="Purchase Orders")
    sale_ids = fields.Many2many("sale.order", string="Sales Orders")
    pos_order_ids = fields.Many2many("pos.order", string="Sales at Tills")
    picking_ids = fields.Many2many("stock.picking", string="Transfers")
    package_ids = fields.Many2many("stock.package", string="Packages")
    location_ids = fields.Many2many("stock.location", string="All That Was In")
    place_from = fields.Datetime("There From")
    place_to = fields.Datetime("There To")
    more = fields.Json(help="What was selected and is not shown")
    more_text = fields.Text("Also", compute="_compute_more_text")
    date_from = fields.Datetime("From", help="Received, made or delivered from then on")
    date_to = fields.Datetime("To")
    direction = fields.Selection(
        [
            ("both", "Where from and where to"),
            ("backward", "Where from"),
            ("forward", "Where to"),
        ],
        default="both",
        required=True,
    )
    purpose = fields.Selection(PURPOSES, default="curiosity", required=True)
    note = fields.Text("Remark", help="Why this is asked, or what is to be found out")
    assigned_id = fields.Many2one(
        "res.users",
        "To Be Answered by",
        domain="[('all_group_ids', 'in', answering_group_id)]",
        help="Somebody else is asked to find the answer; the clock runs from now on.",
    )
    answering_group_id = fields.Many2one("res.groups", compute="_compute_answering_group_id")
    run_id = fields.Many2one("trace.run", "Answers", readonly=True)

    def _compute_answering_group_id(self):
        self.answering_group_id = self.env.ref("lot_serial_trace.group_trace_user")

    @api.depends("more")
    def _compute_more_text(self):
        questions = self.env["trace.question"]
        for wizard in self:
            wizard.more_text = "\n".join(
                questions._words({**wizard.more, "direction": "both"}).split("\n")[:-1]
                if wizard.more
                else []
            )

    # -- opening --------------------------------------------------------------

    @api.model
    def _open_for(self, records):
        """The dialog, about records of any kind that can be asked about."""
        records.check_access("read")
        question = self.env["trace.question"]._of_records(records._name, records.ids)
        if not question or not any(question.values()):
            raise UserError(self.env._("Select what the question is about."))
        return self._open(self._values_of(question))

    @api.model
    def _open_selected(self):
        """The dialog, about what is selected where the action was chosen."""
        context = self.env.context
        ids = context.get("active_ids") or [context.get("active_id")]
        return self._open_for(self.env[context["active_model"]].browse(filter(None, ids)))

    @api.model
    def _open_request(self, run):
        """The dialog that answers a request that was made in words."""
        return self._open({"run_id": run.id, "purpose": run.purpose, "note": run.note})

    @api.model
    def _open(self, values):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask"),
            "res_model": self._name,
            "res_id": self.create(values).id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _values_of(self, question):
        """A question as values of the dialog; long lists and what has no field are kept beside."""
        values, more = {}, {}
        for key, asked in question.items():
            if key in FIELDS and len(asked) <= SHOWN:
                values[FIELDS[key]] = [(6, 0, asked)]
            elif key == "places":
                values["location_ids"] = [(6, 0, [place["location_id"] for place in asked])]
            else:
                more[key] = asked
        return {**values, "more": more or False}

    # -- asking ---------------------------------------------------------------

    def _question(self):
        """What the dialog asks, as ``trace.question`` wants it."""
        self.ensure_one()
        question = dict(self.more or {})
        read = self._read_numbers()
        # Who asks need not see orders: an auditor does not. What is told is checked there.
        mine = self.sudo()
        for key, name in FIELDS.items():
            asked = [*question.get(key, []), *mine[name].ids, *read.get(key, [])]
            question[key] = list(dict.fromkeys(asked))
        question["numbers"] = [*question.get("numbers", []), *read["numbers"]]
        question["places"] = [
            {
                "location_id": place.id,
                "from": fields.Datetime.to_string(self.place_from) or None,
                "to": fields.Datetime.to_string(self.place_to) or None,
            }
            for place in mine.location_ids
        ]
        for key, moment in (("from", self.date_from), ("to", self.date_to)):
            question[key] = fields.Datetime.to_string(moment) or None
        question["places"] += read.get("places", [])
        question["operations"] = [*question.get("operations", []), *read.get("operations", [])]
        asked = {key: value for key, value in question.items() if value}
        return {**asked, "direction": self.direction} if asked else {}

    def _read_numbers(self):
        """What was scanned or pasted, as a question: codes of labels, numbers, packages, orders.

        What is not known stays as it stands, and the answer says so. A line with commas is a
        list, unless there is a number that is called so.
        """
        explorer = self.env["trace.explorer"]
        lines = dict.fromkeys(filter(None, map(str.strip, (self.numbers or "").splitlines())))
        found = explorer._find_list(list(lines))
        lists = dict.fromkeys(line for line in found["unknown"] if len(split(line)) > 1)
        more = explorer._find_list([part for line in lists for part in split(line)])
        unknown = [line for line in found["unknown"] if line not in lists] + more["unknown"]
        named = {text: _exact(explorer, text) for text in unknown[:NAMED]}
        question = {"numbers": [text for text in unknown if not named.get(text)]}
        for hit in found["hits"] + more["hits"] + list(filter(None, named.values())):
            for key, asked in hit["question"].items():
                question.setdefault(key, []).extend(asked)
        return question

    def action_ask(self):
        """Answer now."""
        question = self._question()
        if not question:
            raise UserError(self.env._("Say what the question is about: a number, a product …"))
        if self.run_id:
            self.run_id._check_may_answer()
        run = self.env["trace.run"]._ask(question, self.purpose, request=self.run_id or None)
        if self.note and not self.run_id:
            run.sudo().note = self.note
        return run._get_records_action()

    def action_request(self):
        """Let somebody else answer."""
        if not self.assigned_id:
            raise UserError(self.env._("Say who is to answer."))
        run = self.env["trace.run"]._request(
            self.purpose, self.note, self.assigned_id, self._question() or None
        )
        return run._get_records_action()


def _exact(explorer, text):
    """The one thing that is called so, or None."""
    hits = [hit for hit in explorer.find(text)["hits"] if hit["exact"]]
    return hits[0] if len(hits) == 1 else None
