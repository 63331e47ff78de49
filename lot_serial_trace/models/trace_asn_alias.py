from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .trace_guard import again_if_taken

KINDS = [
    ("supplier", "Supplier"),
    ("product", "Product"),
    ("order", "Order"),
    ("place", "Ship-to"),
]
#: kind -> field that holds what the code means
TARGETS = {
    "supplier": "partner_id",
    "product": "product_id",
    "order": "purchase_id",
    "place": "warehouse_id",
}
SCHEMES = [
    ("gln", "GLN"),
    ("vat", "VAT number"),
    ("registry", "Company number"),
    ("other", "Other number"),
    ("account", "Account number"),
    ("endpoint", "Electronic address"),
    ("name", "Name"),
    ("gtin", "GTIN"),
    ("supplier_code", "Supplier's code"),
    ("buyer_code", "Our code"),
    ("item", "Item name"),
    ("order", "Order number"),
]


class TraceAsnAlias(models.Model):
    """What a supplier's code means here, learned from what a person chose.

    Somebody chooses the supplier, the product of a line, the receipt or the warehouse on
    a notice; the next notice with the same code is matched alike. The latest choice
    counts, and it goes before what the catalogue says, because a person has looked.
    Deleting a row forgets it.
    """

    _name = "trace.asn.alias"
    _description = "Learned Code of a Supplier"
    _order = "kind, owner_id, code, id"
    _rec_name = "code"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    kind = fields.Selection(KINDS, "Tells", required=True, default="product")
    scheme = fields.Selection(SCHEMES, "Code Is", required=True, default="supplier_code")
    code = fields.Char(required=True)
    owner_id = fields.Many2one(
        "res.partner",
        "Used By",
        ondelete="cascade",
        index=True,
        help="The supplier whose code it is; empty for codes that mean the same to everybody.",
    )
    partner_id = fields.Many2one("res.partner", "Supplier", ondelete="cascade", check_company=True)
    product_id = fields.Many2one("product.product", ondelete="cascade", check_company=True)
    purchase_id = fields.Many2one("purchase.order", "Order", ondelete="cascade", check_company=True)
    warehouse_id = fields.Many2one("stock.warehouse", ondelete="cascade", check_company=True)
    meaning = fields.Char(compute="_compute_meaning")
    asn_id = fields.Many2one("trace.asn", "Learned From", readonly=True)

    _one_meaning = models.UniqueIndex(
        "(company_id, kind, scheme, code, (COALESCE(owner_id, 0)))",
        "This code has a meaning already: change that one.",
    )

    @api.depends(*TARGETS.values())
    def _compute_meaning(self):
        for alias in self:
            alias.meaning = alias[TARGETS[alias.kind]].display_name if alias.kind else False

    @api.constrains("kind", *TARGETS.values())
    def _check_meaning(self):
        for alias in self:
            if not alias[TARGETS[alias.kind]]:
                raise ValidationError(self.env._("Say what code %s means.", alias.code))

    # -- learning -------------------------------------------------------------

    @api.model
    def _learn(self, asn, kind, meanings, owner=None):
        """Remember what a person chose: the number of queries does not depend on that of codes.

        What was learned from a later notice stays.

        :param asn: the notice on which it was chosen
        :param kind: one of :data:`KINDS`
        :param meanings: dict (scheme, code) -> record that the code means
        :param owner: the supplier whose codes they are
        """
        known = self._known(asn.company_id, kind, meanings, owner)
        changed = [
            alias
            for key, alias in known.items()
            if alias[TARGETS[kind]] != meanings[key] and alias.asn_id.id <= asn.id
        ]
        for alias in changed:
            alias._change(asn, meanings[alias.scheme, alias.code])
        with again_if_taken():
            self.sudo().create(
                [
                    {
                        "company_id": asn.company_id.id,
                        "kind": kind,
                        "scheme": scheme,
                        "code": code,
                        "owner_id": owner.id if owner else False,
                        TARGETS[kind]: target.id,
                        "asn_id": asn.id,
                    }
                    for (scheme, code), target in meanings.items()
                    if code and target and (scheme, code) not in known
                ]
            )

    def _change(self, asn, target):
        """A code gets another meaning: whoever reads the notice should know."""
        field = TARGETS[self.kind]
        words = self.env._(
            "From now on %(code)s means %(now)s; it meant %(before)s.",
            code=self.code,
            now=target.display_name,
            before=self[field].display_name,
        )
        asn.sudo().message_post(body=words)
        self.write({field: target.id, "asn_id": asn.id})

    # -- recalling ------------------------------------------------------------

    @api.model
    def _recall(self, company, kind, codes, owner=None):
        """What codes mean: one query.

        :param codes: pairs (scheme, code)
        :return: dict (scheme, code) -> record
        """
        known = self._known(company, kind, codes, owner)
        return {key: alias[TARGETS[kind]] for key, alias in known.items()}

    @api.model
    def _known(self, company, kind, codes, owner=None):
        """dict (scheme, code) -> alias."""
        codes = {(scheme, code) for scheme, code in codes if code}
        if not codes:
            return {}
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", kind),
                ("scheme", "in", list({scheme for scheme, _code in codes})),
                ("code", "in", list({code for _scheme, code in codes})),
                ("owner_id", "=", owner.id if owner else False),
            ]
        )
        return {
            (alias.scheme, alias.code): alias
            for alias in found
            if (alias.scheme, alias.code) in codes
        }
