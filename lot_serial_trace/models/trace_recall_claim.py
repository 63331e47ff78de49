import csv
import io
from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from .trace_run_export import _harmless

#: What has the supplier pay for the same goods a second time.
TWICE = {"claim": "return", "return": "claim"}


class TraceRecallDisposition(models.Model):
    """What a recall costs is claimed from suppliers: a debit document for each, as a draft.

    Units at what was paid for them (the order line of their receipt; where there is none, the
    product's cost), and what else it has cost. Accounting looks at the draft and posts it. The
    lots are listed in a file that goes with it; where a company keeps no books here, that file is
    all there is.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    @api.model
    def _enter_claim(self, recall, kind, wanted, said):
        goods = self._claimed(wanted, said.get("partner"))
        self._check_suppliers(goods)
        extra = said.get("extra_cost") or 0.0
        whole = sum(row["quantity"] for row in goods) or 1.0
        rows = self._keep(recall, kind, goods, said, state="done")
        costs = {(row["scope_id"]): row["unit_cost"] for row in goods}
        for row in rows:
            row.write(
                {
                    "unit_cost": costs[row.scope_id.id],
                    "extra_cost": extra * row.quantity / whole,
                }
            )
        for (company, partner), mine in rows.grouped(
            lambda row: (row.company_id, row.partner_id)
        ).items():
            mine._debit(company, partner, said.get("extra_text"))
        return rows

    @api.model
    def _claimed(self, wanted, partner):
        """What is claimed for: all that came of the lots, or as much as was said."""
        scopes = self.env["trace.recall.lot"].sudo().union(*wanted)
        balances = self.env["trace.recall.balance"].sudo()
        balances._refresh(scopes.recall_id)
        came = {
            row.scope_id: row.came_qty for row in balances.search([("scope_id", "in", scopes.ids)])
        }
        goods = [
            {**self._of_scope(scope), "quantity": wanted[scope] or came.get(scope, 0.0)}
            for scope in scopes
            if wanted[scope] or came.get(scope)
        ]
        receipts = self._receipts(goods)
        for row in goods:
            receipt = receipts.get((row["lot_id"], row["company_id"]), {})
            row["partner_id"] = partner.id if partner else receipt.get("partner_id")
            row["picking_id"] = None
            row["unit_cost"] = self._unit_cost(row, receipt.get("move_id"))
        return goods

    @api.model
    def _unit_cost(self, row, move_id):
        """What a unit cost, in the company's currency."""
        company = self.env["res.company"].sudo().browse(row["company_id"])
        product = self.env["product.product"].sudo().browse(row["product_id"])
        line = self.env["stock.move"].sudo().browse(move_id or ()).purchase_line_id
        if not line:
            return product.with_company(company).standard_price
        price = line.price_unit * (1 - (line.discount or 0.0) / 100)
        price = line.product_uom_id._compute_price(price, product.uom_id)
        day = line.order_id.date_order.date()
        return line.currency_id._convert(price, company.currency_id, company, day, round=False)

    @api.model
    def _paid_twice(self, kind, scopes):
        """What is said to who claims for goods that go back on their order, or sends back what is
        claimed for; False: nothing. Two queries for any number of lots.
        """
        if kind not in TWICE:
            return False
        rows = self.sudo().search(
            [
                ("scope_id", "in", scopes.ids),
                ("kind", "=", TWICE[kind]),
                ("side", "=", "stock"),
                ("state", "!=", "cancelled"),
            ]
        )
        if kind == "claim":
            ordered = rows.picking_id.move_ids.filtered("purchase_line_id").picking_id
            rows = rows.filtered(lambda row: row.picking_id in ordered)
        if not rows:
            return False
        if kind == "claim":
            return self.env._(
                "%s go back to their supplier: the purchase order counts them as returned, and "
                "is credited for them. Claim them only if they are not credited there.",
                rows._in_short(),
            )
        return self.env._(
            "%(goods)s are claimed for (%(documents)s): what goes back is credited by the purchase "
            "order, too. Have the supplier pay once.",
            goods=rows._in_short(),
            documents=", ".join(dict.fromkeys(filter(None, rows.mapped("document")))) or "–",
        )

    # -- the debit document ---------------------------------------------------

    def _debit(self, company, partner, extra_text):
        """Make the draft for rows of one supplier, with the list of their lots."""
        journal = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    ("type", "=", "purchase"),
                    *self.env["account.journal"]._check_company_domain(company),
                ],
                limit=1,
            )
        )
        recall = self.recall_id
        if journal:
            refund = (
                self.env["account.move"]
                .sudo()
                .with_company(company)
                .create(
                    {
                        "move_type": "in_refund",
                        "partner_id": partner.commercial_partner_id.id,
                        "company_id": company.id,
                        "journal_id": journal.id,
                        "ref": recall.name,
                        "narration": self._narration(),
                        "invoice_line_ids": [
                            (0, 0, line) for line in self._debit_lines(extra_text)
                        ],
                    }
                )
            )
            self.write({"claim_id": refund.id, "document": refund.display_name})
        self._attach_list(recall, journal and refund, partner)

    def _narration(self):
        """What the draft tells accounting."""
        says = self.env._("Recall %s", self.recall_id.display_name)
        twice = self._paid_twice("claim", self.scope_id)
        return Markup("<p>%s</p>") % Markup("<br/>").join(filter(None, [says, twice]))

    def _debit_lines(self, extra_text):
        """A line for each product and price, and one for what else it has cost."""
        groups = defaultdict(list)
        for row in self:
            groups[row.product_id, row.unit_cost].append(row)
        lines = [
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "quantity": sum(row.quantity for row in rows),
                "price_unit": price,
                "name": self.env._(
                    "%(product)s, recall %(recall)s, %(count)s lots",
                    product=product.display_name,
                    recall=rows[0].recall_id.name,
                    count=len(rows),
                ),
            }
            for (product, price), rows in groups.items()
        ]
        extra = sum(self.mapped("extra_cost"))
        if extra:
            name = extra_text or self.env._("Costs of recall %s", self[:1].recall_id.name)
            lines.append({"name": name, "quantity": 1, "price_unit": extra})
        return lines

    def _attach_list(self, recall, refund, partner):
        """Keep the list of lots with the draft, or with the case."""
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow([self._fields[name]._description_string(self.env) for name in LISTED])
        for row in self:
            out.writerow([_harmless(row._listed(name)) for name in LISTED])
        owner = refund or recall
        self.env["ir.attachment"].sudo().create(
            {
                "name": f"{recall.name} {partner.name}.csv".replace("/", "-"),
                "raw": text.getvalue().encode("utf-8-sig"),
                "mimetype": "text/csv",
                "res_model": owner._name,
                "res_id": owner.id,
            }
        )

    def _listed(self, name):
        value = self[name]
        return value.display_name if isinstance(value, models.BaseModel) else value

    # -- undoing --------------------------------------------------------------

    def _with_claim(self):
        """All that is on the same debit documents: they are undone as a whole."""
        claims = self.claim_id
        return self.search([("claim_id", "in", claims.ids)]) if claims else self.browse()

    def _drop_claims(self):
        claims = self.claim_id
        posted = claims.filtered(lambda move: move.state == "posted")
        if posted:
            raise UserError(
                self.env._(
                    "%s is posted: accounting has to reverse it.",
                    ", ".join(posted.mapped("display_name")),
                )
            )
        claims.filtered(lambda move: move.state == "draft").unlink()

    def action_claims(self):
        """Open the debit documents."""
        return self.claim_id._get_records_action()


#: Columns of the list of lots.
LISTED = ("product_id", "lot_name", "quantity", "uom_id", "unit_cost", "extra_cost", "reference")
