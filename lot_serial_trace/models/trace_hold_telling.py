from collections import Counter

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from .trace_gate import ALONE


class TraceHoldTelling(models.Model):
    """Who counted on goods that are on hold now is told, and told again when they are free.

    Documents (transfers, production and repair orders) get one note each; those that are short
    or have such goods picked are on the desk until that is over. Never a message per lot.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.hold"

    def _trace_tell_tills(self, what):
        """Tell open tills that holds were ``placed`` or ``released``: the one place for it."""

    # -- placed ---------------------------------------------------------------

    def _tell_documents(self, effects):
        """Tell documents what was taken from them, and put those in trouble on the desk."""
        documents = self._by_document(effects)
        self._log_notes({doc: self._placed_note(rows) for doc, rows in documents.items()})
        wanted = []
        for document, rows in documents.items():
            for kind in ("short", "picked"):
                about = [row for row in rows if row["kind"] == kind]
                if about:
                    wanted.append(self._trouble(f"hold_{kind}", document, about))
        self.env["trace.exception"]._open_many(wanted)

    @api.model
    def _log_notes(self, bodies):
        """One note per document, those of a model together; movements have no place for one."""
        by_model = {}
        for document, body in bodies.items():
            if hasattr(document, "_message_log_batch"):
                by_model.setdefault(document._name, {})[document.id] = body
        for model, texts in by_model.items():
            self.env[model].browse(texts)._message_log_batch(bodies=texts)

    def _placed_note(self, rows):
        holds = self.browse(dict.fromkeys(row["hold_id"] for row in rows))
        reasons = dict.fromkeys(holds.with_prefetch(self._ids).mapped("reason"))
        titles = {
            "freed": self.env._("No longer reserved:"),
            "short": self.env._("No other stock in place of:"),
            "picked": self.env._("Picked already, take it out:"),
        }
        parts = [(titles[kind], [r for r in rows if r["kind"] == kind]) for kind in titles]
        return self._note(self.env._("Put on hold: %s", "; ".join(reasons)), parts)

    def _note(self, first, parts):
        """A note: a sentence and titles with the goods they are about."""
        items = [
            Markup("<li>%s %s</li>") % (title, self._goods_text(rows))
            for title, rows in parts
            if rows
        ]
        return Markup("<p>%s</p><ul>%s</ul>") % (first, Markup("").join(items))

    def _goods_text(self, rows):
        """Goods in words: so many of a product, and their numbers.

        The lots are in memory since ``_by_document``: to look through all holds here would take
        so many times as there are documents.
        """
        lots = self.env["stock.lot"].browse(dict.fromkeys(row["lot_id"] for row in rows))
        quantities = Counter()
        for row in rows:
            quantities[row["lot_id"]] += row["quantity"]
        texts = []
        for product, mine in lots.grouped("product_id").items():
            numbers = ", ".join(mine[:ALONE].mapped("name")) + (", …" if mine[ALONE:] else "")
            total = product.uom_id.round(sum(quantities[lot.id] for lot in mine))
            texts.append(f"{total:g} {product.uom_id.name} {product.display_name} ({numbers})")
        return ", ".join(texts)

    def _trouble(self, kind, document, rows):
        """Values of the exception about a document."""
        picking = document if document._name == "stock.picking" else document.browse()
        one = rows[0] if len({row["lot_id"] for row in rows}) == 1 else {}
        return {
            "kind": kind,
            "values": {"document": document.display_name, "goods": self._goods_text(rows)},
            "company_id": rows[0]["company_id"],
            "document_model": document._name,
            "document_id": document.id,
            "picking_id": picking.id if picking else False,
            "partner_id": picking.partner_id.id if picking else False,
            "lot_id": one.get("lot_id"),
            "quantity": sum(row["quantity"] for row in rows),
            "user_id": document.user_id.id if "user_id" in document._fields else False,
        }

    # -- released -------------------------------------------------------------

    def _tell_documents_again(self, effects, reason):
        """Tell those who had been told, as far as they still wait for goods."""
        titles = {
            "freed": self.env._("Can be reserved again:"),
            "picked": self.env._("Can stay:"),
        }
        told = [effect for effect in effects if effect["kind"] in titles]
        self._log_notes(
            {
                document: self._note(
                    self.env._("Free again: %s", reason),
                    [(titles[kind], [r for r in rows if r["kind"] == kind]) for kind in titles],
                )
                for document, rows in self._by_document(told).items()
                if document.state not in ("done", "cancel")
            }
        )

    @api.model
    def _out_of_trouble(self, effects, reason):
        """Resolve the exceptions about documents that no other hold troubles."""
        documents = {
            (effect["kind"], effect["res_model"], effect["res_id"])
            for effect in effects
            if effect["kind"] in ("short", "picked")
        }
        if not documents:
            return
        kinds, models_, ids = zip(*documents, strict=True)
        found = self.env.execute_query(
            SQL(
                """
                SELECT x.id
                FROM unnest(%s::varchar[], %s::varchar[], %s::int[]) AS c(kind, model, id)
                JOIN trace_exception x ON x.document_model = c.model AND x.document_id = c.id
                    AND x.kind = 'hold_' || c.kind AND x.state != 'resolved'
                WHERE NOT EXISTS (
                    SELECT FROM trace_hold_effect o WHERE o.res_model = c.model
                        AND o.res_id = c.id AND o.kind = c.kind AND o.undone_at IS NULL)
                """,
                list(kinds),
                list(models_),
                list(ids),
            )
        )
        exceptions = self.env["trace.exception"].browse(row_id for (row_id,) in found)
        exceptions._resolve("corrected", self.env._("The hold was released: %s", reason))
