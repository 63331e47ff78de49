import dataclasses
from itertools import chain, zip_longest

from odoo import api, fields, models, tools

from ..core import findings, policy


def selection_codes(env):
    """Finding codes with their titles in the user's language."""
    return [(kind.code, env._(kind.title)) for kind in findings.KINDS.values()]


SEVERITIES = [
    ("off", "Off"),
    ("note", "Note"),
    ("warn", "Warn"),
    ("quarantine", "Quarantine"),
    ("block", "Block"),
]


def severity_meanings(env):
    """What each severity does, in the user's language."""
    return {
        "off": env._("Not looked at."),
        "note": env._("Goods move. An exception is recorded."),
        "warn": env._("Whoever validates confirms it with one click. An exception is recorded."),
        "quarantine": env._(
            "Goods come in and their number is put on hold, so that nobody takes them: Quality "
            "looks at them and releases the hold. Goods that would leave to a customer or into "
            "production are refused instead, as with Block."
        ),
        "block": env._("Refused on every road, unless Quality lets it pass with a reason."),
    }


#: What policy is asked about a case, in this order in keys.
ASKED = ("code", "company_id", "product_id", "partner_id", "picking_type_id", "location_ids")


class TracePolicy(models.Model):
    """How severe a finding is, and where.

    Without any policy every code has the severity of its kind
    (``core/findings.py``): holds block, all else is off or recorded, so that a
    database behaves as before until its administrator decides. Of the policies
    that apply to a case the most specific wins (``core/policy.py``).
    """

    _name = "trace.policy"
    _description = "Traceability Policy"
    _order = "code, sequence, id"
    _rec_name = "code"
    _check_company_auto = True

    code = fields.Selection(
        lambda self: selection_codes(self.env), "Finding", required=True, index=True
    )
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="warn",
        help="Off: not looked at.\nNote: an exception is recorded.\n"
        "Warn: recorded, and a person confirms at validation.\n"
        "Quarantine: goods go in and the lot is put on hold; going out is refused.\n"
        "Block: refused unless Quality lets it pass with a reason.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # A policy goes with what it names: emptied, the field would mean "all".
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier or Customer", check_company=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", check_company=True, ondelete="cascade")
    categ_id = fields.Many2one("product.category", "Product Category", ondelete="cascade")
    picking_type_id = fields.Many2one(
        "stock.picking.type", "Operation Type", check_company=True, ondelete="cascade"
    )
    min_life_days = fields.Integer(
        "Minimum Remaining Life (days)",
        help="For “Expires too soon”: days that goods must still have when they arrive.",
    )
    min_life_percent = fields.Float(
        "Minimum Remaining Life (%)",
        help="For “Expires too soon”: the same as a share of the product's whole life, which is "
        "its expiration time. Where both are set the longer counts.",
    )
    tolerance_percent = fields.Float(
        "Let Pass (%)",
        help="For “More than advised”, “Less than advised” and “More than ordered”: a difference "
        "up to this share is no finding. Where both are set the larger counts.",
    )
    tolerance_quantity = fields.Float(
        "Let Pass (quantity)",
        digits="Product Unit",
        help="The same as a quantity in the product's unit.",
    )
    spot_check = fields.Integer(
        "Spot Check (units)",
        help="For “Taken in as advised”: so many units, chosen at random, must be scanned after "
        "a pallet was taken in without scanning each unit. One that is not where the notice says "
        "takes the whole pallet out again.",
    )
    reason_counts = fields.Boolean(
        "A Reason Is Enough",
        help="For “Not scanned”: a number that was typed with a reason is noted only. "
        "It does not count as scanned in the Scan Compliance Rate.",
    )
    goods = fields.Selection(
        [("move", "Move to quarantine"), ("stay", "Stay where they are")],
        "Goods on Hand",
        help="For “On hold”: what is done with the goods when a lot is put on hold. Empty: they "
        "get a transfer to quarantine if their warehouse has such a place.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        check_company=True,
        ondelete="cascade",
        help="For movements that leave or reach this place, or a place in it.",
    )
    severity_meaning = fields.Char("What It Does", compute="_compute_severity_meaning")
    twin_ids = fields.Many2many(
        "trace.policy",
        string="Same Case",
        compute="_compute_twin_ids",
        search="_search_twin_ids",
        help="Other policies in force that name exactly the same. Of these the youngest counts.",
    )
    note = fields.Text("Why", help="Why this policy exists. For those who come after you.")

    _life_positive = models.Constraint(
        "CHECK(min_life_days >= 0 AND min_life_percent BETWEEN 0 AND 100)",
        "The minimum remaining life is a number of days from 0, or 0 to 100 %.",
    )
    _tolerance_positive = models.Constraint(
        "CHECK(tolerance_percent >= 0 AND tolerance_quantity >= 0 AND spot_check >= 0)",
        "What is let pass, and how much is checked, cannot be negative.",
    )

    @api.depends("severity")
    def _compute_severity_meaning(self):
        meanings = severity_meanings(self.env)
        for record in self:
            record.severity_meaning = meanings.get(record.severity)

    @api.depends("code", "active", *policy.LEVELS)
    def _compute_twin_ids(self):
        """The policies that name the same case: one query for a whole list."""
        groups = self.search([("code", "in", self.mapped("code"))]).grouped(_named)
        for record in self:
            same = groups.get(_named(record), self.browse()) if record.active else self.browse()
            record.twin_ids = same - record - record._origin

    def _search_twin_ids(self, operator, value):
        if operator not in ("!=", "not in") or list(value or [False]) != [False]:
            return NotImplemented
        groups = self.search([("active", "=", True)]).grouped(_named).values()
        return [("id", "in", [one.id for group in groups if len(group) > 1 for one in group])]

    @api.depends("code", "severity")
    def _compute_display_name(self):
        titles = dict(selection_codes(self.env))
        severities = dict(self._fields["severity"]._description_selection(self.env))
        for record in self:
            record.display_name = (
                f"{titles.get(record.code, '')}: {severities.get(record.severity, '')}"
            )

    def action_try(self):
        """Open the screen that says which policy wins, with the case that this one names."""
        case = self[:1]
        values = {name: case[name].id for name in policy.LEVELS if name != "categ_id"}
        if case.location_id.usage in ("customer", "inventory", "production"):
            values["location_dest_id"] = values.pop("location_id")
        if case.categ_id and not case.product_id:
            product = self.env["product.product"].search(
                [("categ_id", "child_of", case.categ_id.id)], limit=1
            )
            values["product_id"] = product.id
        return self.env["trace.policy.try"]._open({**values, "code": case.code})

    @api.model_create_multi
    def create(self, vals_list):
        """Policies count at once."""
        self._count_at_once()
        return super().create(vals_list)

    def write(self, vals):
        """Policies count at once."""
        if self:
            self._count_at_once()
        return super().write(vals)

    def unlink(self):
        """Policies count at once."""
        if self:
            self._count_at_once()
        return super().unlink()

    def _count_at_once(self):
        self.env.registry.clear_cache()
        self.env["pos.config"]._trace_tell()

    @api.model
    @tools.ormcache()
    def _rules(self):
        """All active policies as :class:`core.policy.Rules`, for every company."""
        names = [one.name for one in dataclasses.fields(policy.Rule) if one.name != "id"]
        records = self.sudo().with_context(active_test=True).search([("active", "=", True)])
        return policy.Rules(
            policy.Rule(
                id=record.id,
                **{
                    name: (record[name].id or None) if name.endswith("_id") else record[name]
                    for name in names
                },
            )
            for record in records
        )

    @api.model
    def _may_find(self, codes, company_ids):
        """Those of ``codes`` that are not off everywhere for ``company_ids``."""
        on = self._rules().codes_on(company_ids)
        return [code for code in codes if code in on or findings.KINDS[code].severity != "off"]

    @api.model
    def _case_of(self, code, picking, product_id=None):
        """What policy is asked about goods of a transfer as a whole, see ``_resolve``."""
        return {
            "code": code,
            "company_id": picking.company_id.id,
            "product_id": product_id,
            "partner_id": picking.partner_id.id,
            "picking_type_id": picking.picking_type_id.id,
            "location_ids": (picking.location_id.id, picking.location_dest_id.id),
        }

    @api.model
    def _may_quarantine(self, codes, company_ids):
        """Those of ``codes`` that some policy of ``company_ids`` quarantines."""
        quarantined = {
            rule.code
            for rule in self._rules()
            if rule.severity == "quarantine" and rule.company_id in (None, *company_ids)
        }
        return [code for code in codes if code in quarantined]

    @api.model
    def _resolve(self, asks):
        """Return the severity that applies to each case.

        Each distinct case is decided once, however many lines are of it.

        :param asks: list of dicts with ``code`` and any of ``company_id``, ``product_id``,
            ``partner_id``, ``picking_type_id``, ``location_ids`` (a tuple: where goods leave
            and where they go)
        :return: list of ``(severity, Rule or None)`` in the same order; None where the kind's own
            severity applies
        """
        rules = self._rules()
        if not rules or not asks:
            return [(findings.KINDS[ask["code"]].severity, None) for ask in asks]
        keys = [tuple(ask.get(name) or None for name in ASKED) for ask in asks]
        cases = self._cases(dict.fromkeys(keys))
        won = {key: rules.choose(case) for key, case in cases.items()}
        return [
            (won[key].severity if won[key] else findings.KINDS[key[0]].severity, won[key])
            for key in keys
        ]

    @api.model
    def _cases(self, keys):
        """dict key -> :class:`core.policy.Case`, for keys with the values of ``ASKED``.

        What no policy names is not looked up.
        """
        _codes, _companies, products, partners, _types, places = zip(*keys, strict=True)
        named = self._rules().levels
        categories = self._category_chains(products) if "categ_id" in named else {}
        parents = self._partner_chains(partners) if "partner_id" in named else {}
        around = self._location_chains(places) if "location_id" in named else {}
        return {
            key: policy.Case(
                code=key[0],
                company_id=key[1],
                product_id=key[2],
                picking_type_id=key[4],
                partner_ids=parents.get(key[3], ()),
                categ_ids=categories.get(key[2], ()),
                location_ids=around.get(key[5], ()),
            )
            for key in keys
        }

    @api.model
    def _explain(self, rules):
        """Say which policy decided, for people who ask why.

        :param rules: iterable of :class:`core.policy.Rule` or None
        :return: dict policy id -> sentence; False -> the sentence for no policy at all
        """
        ids = {rule.id for rule in rules if rule}
        texts = {policy.id: policy._why() for policy in self.sudo().browse(sorted(ids)).exists()}
        return {False: self.env._("No policy names this case: it is so by default."), **texts}

    def _why(self):
        """What the policy names, and why it is there."""
        self.ensure_one()
        names = [
            f"{self._fields[name]._description_string(self.env)} {self[name].display_name}"
            for name in policy.LEVELS
            if self[name]
        ]
        named = ", ".join(names) or self.env._("everything")
        sentence = self.env._(
            "Policy “%(policy)s” for %(named)s", policy=self.display_name, named=named
        )
        return f"{sentence}: {self.note}" if self.note else f"{sentence}."

    @api.model
    def _category_chains(self, product_ids):
        """Map product id -> ids of its category and the category's parents, nearest first."""
        products = self.env["product.product"].sudo().browse(_ids(product_ids))
        return {product.id: _upwards(product.categ_id) for product in products if product.categ_id}

    @api.model
    def _partner_chains(self, partner_ids):
        """Map partner id -> the partner's own id and its commercial partner's."""
        partners = self.env["res.partner"].sudo().browse(_ids(partner_ids))
        return {
            partner.id: tuple(dict.fromkeys((partner.id, partner.commercial_partner_id.id)))
            for partner in partners
        }

    @api.model
    def _location_chains(self, pairs):
        """Map (source id, destination id) -> ids of both and of what they lie in.

        Nearest first; at the same distance the place that goods leave comes first.
        """
        pairs = set(filter(None, pairs))
        places = self.env["stock.location"].sudo().browse(_ids(chain.from_iterable(pairs)))
        ways = {place.id: _upwards(place) for place in places}
        return {
            pair: tuple(
                dict.fromkeys(
                    one
                    for level in zip_longest(*(ways[place_id] for place_id in pair if place_id))
                    for one in level
                    if one
                )
            )
            for pair in pairs
        }


def _named(record):
    """The case that a policy names."""
    return (record.code, *(record[name]._origin.id for name in policy.LEVELS))


def _ids(values):
    return sorted(set(filter(None, values)))


def _upwards(record):
    """Ids of a record and of all it lies in, nearest first."""
    return tuple(int(part) for part in reversed(record.parent_path.split("/")) if part)
