from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.recall import criteria
from ..core.recall.flaws import FLAWS, CriteriaError

#: The field in which a kind of condition has its records.
RECORDS = {
    "product": "product_ids",
    "category": "categ_ids",
    "supplier": "partner_ids",
    "asn": "asn_ids",
    "origin": "country_ids",
    "ancestor": "lot_ids",
    "place": "location_ids",
}
#: So many names, and numbers, are in a sentence.
NAMED = 4


class TraceRecallCondition(models.Model):
    """One condition of a recall rule: one thing that is so with a lot, or is not.

    The conditions of a rule are read from top to bottom. *And* goes on with the alternative
    above, *or* begins another one: any of the alternatives, all of the conditions in it.
    """

    _name = "trace.recall.condition"
    _description = "Condition of a Recall Rule"
    _order = "rule_id, sequence, id"
    _rec_name = "says"

    rule_id = fields.Many2one("trace.recall.rule", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    joined = fields.Selection(
        [("and", "and"), ("or", "or")],
        "And / Or",
        required=True,
        default="and",
        help="And: together with the condition above. Or: begins another alternative.",
    )
    negated = fields.Boolean("Not", help="The opposite: lots for which this is not so.")
    kind = fields.Selection(
        [
            ("product", "Product"),
            ("category", "Product category"),
            ("gtin", "GTIN"),
            ("supplier", "Supplier"),
            ("list", "Numbers in a list"),
            ("pattern", "Numbers like a pattern"),
            ("range", "Lot numbers from … to …"),
            ("serial_range", "Serial numbers from … to …"),
            ("made", "Day of production"),
            ("expires", "Day of expiry"),
            ("received", "Day of receipt"),
            ("asn", "Shipping notice"),
            ("origin", "Country of origin"),
            ("ancestor", "Made from a lot"),
            ("place", "Was at a place"),
        ],
        "What",
        required=True,
        default="product",
    )
    # A rule whose product is gone would mean nothing, or everything: it stays as long as the rule.
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        ondelete="restrict",
        domain="[('tracking', '!=', 'none')]",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Categories",
        ondelete="restrict",
        help="Categories below these are meant, too.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Suppliers",
        ondelete="restrict",
        help="Who sent the goods, as the receipt says; of a company all its addresses.",
    )
    asn_ids = fields.Many2many(
        "trace.asn",
        string="Shipping Notices",
        ondelete="restrict",
        help="Numbers that these notices advise, and those that came with their receipts.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        ondelete="restrict",
        help="Where the product is from, as it says itself, or where its supplier is.",
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots",
        ondelete="restrict",
        help="These numbers, and all that was made from them.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Places",
        ondelete="restrict",
        help="These places and those in them.",
    )
    numbers = fields.Text(
        help="Separate them by lines or commas. A list may have ranges with two dots: A007..A120. "
        "A pattern has a line of its own: * anything, ? one character, # a digit, @ a letter. "
        "Upper and lower case and leading zeros count."
    )
    first = fields.Char("From Number", help="Case and zeros are kept: A007 to A120 has A010 in it.")
    last = fields.Char("To Number")
    day_from = fields.Date("From Day")
    day_to = fields.Date("To Day")
    time_from = fields.Datetime("From")
    time_to = fields.Datetime("To")
    says = fields.Char("In Words", compute="_compute_says")

    @api.onchange("kind")
    def _onchange_kind(self):
        """What another kind has named is not meant any more."""
        for kind, name in RECORDS.items():
            if kind != self.kind:
                self[name] = False

    # -- as plain values ------------------------------------------------------

    def _tree(self):
        """The condition as ``core/recall/criteria.py`` reads it."""
        self.ensure_one()
        tree = {"is": self.kind, "not": self.negated}
        if self.kind in RECORDS:
            tree["ids"] = sorted(self[RECORDS[self.kind]]._origin.ids)
        if self.kind in ("list", "pattern", "gtin"):
            tree["numbers"] = self.numbers or ""
        if self.kind in ("range", "serial_range"):
            tree |= {"first": self.first or "", "last": self.last or ""}
        if self.kind in criteria.DATED:
            tree |= _ends(self.day_from, self.day_to)
        if self.kind == "place":
            tree |= _ends(self.time_from, self.time_to)
        return tree

    @api.constrains(
        "kind",
        "numbers",
        "first",
        "last",
        "day_from",
        "day_to",
        "time_from",
        "time_to",
        *RECORDS.values(),
    )
    def _check_sense(self):
        for condition in self:
            try:
                criteria.condition(condition._tree())
            except CriteriaError as error:
                raise ValidationError(self._flaw(error)) from error

    @api.model
    def _flaw(self, error):
        """What is wrong with a rule, in the user's language."""
        values = dict(error.values)
        if "kind" in values:
            kinds = dict(self._fields["kind"]._description_selection(self.env))
            values["kind"] = kinds.get(values["kind"], values["kind"])
        sentence = self.env._(FLAWS[error.key])
        return sentence % values

    # -- in words -------------------------------------------------------------

    @api.depends(
        "negated",
        "kind",
        "numbers",
        "first",
        "last",
        "day_from",
        "day_to",
        "time_from",
        "time_to",
        *RECORDS.values(),
    )
    def _compute_says(self):
        for condition in self:
            condition.says = condition._words(not condition.negated)

    def _words(self, holds):
        """What the condition is about, as a part of "lots whose …".

        :param holds: whether it is so; False: that it is not so
        """
        self.ensure_one()
        so, not_so = self._templates()[self.kind]
        return (so if holds else not_so) % {"what": self._what()}

    def _templates(self):
        return {
            "product": (self.env._("product is %(what)s"), self.env._("product is not %(what)s")),
            "category": (
                self.env._("product category is %(what)s"),
                self.env._("product category is not %(what)s"),
            ),
            "gtin": (self.env._("GTIN is %(what)s"), self.env._("GTIN is not %(what)s")),
            "supplier": (
                self.env._("supplier is %(what)s"),
                self.env._("supplier is not %(what)s"),
            ),
            "list": (
                self.env._("number is one of %(what)s"),
                self.env._("number is none of %(what)s"),
            ),
            "pattern": (
                self.env._("number is like %(what)s"),
                self.env._("number is not like %(what)s"),
            ),
            "range": (
                self.env._("number is between %(what)s"),
                self.env._("number is not between %(what)s"),
            ),
            "serial_range": (
                self.env._("serial number is between %(what)s"),
                self.env._("serial number is not between %(what)s"),
            ),
            "made": (
                self.env._("day of production is %(what)s"),
                self.env._("day of production is not %(what)s"),
            ),
            "expires": (
                self.env._("day of expiry is %(what)s"),
                self.env._("day of expiry is not %(what)s"),
            ),
            "received": (
                self.env._("day of receipt is %(what)s"),
                self.env._("day of receipt is not %(what)s"),
            ),
            "asn": (
                self.env._("shipping notice is %(what)s"),
                self.env._("shipping notice is not %(what)s"),
            ),
            "origin": (self.env._("origin is %(what)s"), self.env._("origin is not %(what)s")),
            "ancestor": (
                self.env._("number is, or was made from, %(what)s"),
                self.env._("number neither is nor was made from %(what)s"),
            ),
            "place": (
                self.env._("way led through %(what)s"),
                self.env._("way did not lead through %(what)s"),
            ),
        }

    def _what(self):
        if self.kind in ("range", "serial_range"):
            values = {"first": self.first or "…", "last": self.last or "…"}
            return self.env._("%(first)s and %(last)s", **values)
        if self.kind in ("list", "pattern", "gtin"):
            return self._some([line for line in (self.numbers or "").split() if line])
        if self.kind in criteria.DATED:
            return self._span(self.day_from, self.day_to)
        names = self._some(self[RECORDS[self.kind]].sudo().mapped("display_name"))
        if self.kind != "place" or not (self.time_from or self.time_to):
            return names
        return f"{names} {self._span(self.time_from, self.time_to)}"

    def _some(self, names):
        """A few of the names, and how many more there are."""
        if not names:
            return "…"
        told = [name.strip(",;") for name in names[:NAMED]]
        if len(names) > NAMED:
            told.append(self.env._("%s more", len(names) - NAMED))
        return self.env._(" or ").join(told)

    def _span(self, since, until):
        values = {"since": self._moment(since), "until": self._moment(until)}
        if since and until:
            return self.env._("from %(since)s to %(until)s", **values)
        if since:
            return self.env._("from %(since)s on", **values)
        return self.env._("until %(until)s", **values)

    def _moment(self, moment):
        if not moment:
            return "…"
        kind = "datetime" if hasattr(moment, "hour") else "date"
        return self.env[f"ir.qweb.field.{kind}"].value_to_html(moment, {})

    # -- rules hear of it -----------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A rule with another condition is another version."""
        conditions = super().create(vals_list)
        conditions.rule_id._changed()
        return conditions

    def write(self, vals):
        """A rule with a changed condition is another version."""
        rules = self.rule_id
        result = super().write(vals)
        (rules | self.rule_id)._changed()
        return result

    def unlink(self):
        """A rule with fewer conditions is another version."""
        rules = self.rule_id
        result = super().unlink()
        rules.exists()._changed()
        return result


def _ends(since, until):
    return {
        "since": since.isoformat() if since else False,
        "until": until.isoformat() if until else False,
    }
