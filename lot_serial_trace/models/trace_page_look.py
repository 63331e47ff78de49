import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import product_page as page

#: Days for which it is kept that a network asked.
KEPT = 30


class TracePageLook(models.Model):
    """A network asked for a serial number that somebody has.

    A label that was copied is scanned in many places: a person looks his unit up at home and at
    work. Where the company has it counted, networks are kept for 30 days, as a hash with the
    secret of the database, one that differs from number to number: nobody can read from it who
    asked, nor that the same one asked for two numbers.
    """

    _name = "trace.page.look"
    _description = "Network That Asked for a Number"
    _log_access = False
    _rec_name = "seen_at"

    lot_id = fields.Many2one("stock.lot", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    network_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    seen_at = fields.Datetime(required=True, readonly=True, index=True)

    _once_idx = models.UniqueIndex("(lot_id, network_hash)")

    @api.model
    def _note(self, found, visitor):
        """Keep that somebody asked, where it is counted; the page is shown in any event."""
        company, lot = found["company"], found["lot"]
        counts = company.trace_page_places and found["tracking"] == "serial"
        if counts and found["state"] in page.KNOWN and not self.env.cr.readonly:
            self._count(lot.id, company.id, visitor)

    @api.model
    def _counts(self):
        """Whether any company has it counted: only then is a page more than read."""
        return bool(self.env["res.company"].search_count([("trace_page_places", ">", 0)], limit=1))

    @api.model
    def _count(self, lot_id, company_id, visitor):
        now = fields.Datetime.now()
        [(places, fresh)] = self.env.execute_query(
            SQL(
                """
                WITH put AS (
                    INSERT INTO trace_page_look (lot_id, company_id, network_hash, seen_at)
                    VALUES (%(lot)s, %(company)s, %(hash)s, %(now)s)
                    ON CONFLICT (lot_id, network_hash) DO NOTHING RETURNING id
                )
                SELECT (SELECT count(*) FROM trace_page_look
                        WHERE lot_id = %(lot)s AND seen_at > %(since)s) + count(put.id),
                    count(put.id)
                FROM put
                """,
                lot=lot_id,
                company=company_id,
                hash=self._hashed(lot_id, visitor),
                now=now,
                since=now - timedelta(days=KEPT),
            )
        )
        company = self.env["res.company"].browse(company_id)
        if fresh and places >= company.trace_page_places:
            self._tell(self.env["stock.lot"].browse(lot_id), company, places)

    @api.model
    def _tell(self, lot, company, places):
        self.env["trace.exception"].sudo()._open_many(
            [
                {
                    "kind": "many_places",
                    "company_id": company.id,
                    "lot_id": lot.id,
                    "lot_name": lot.name,
                    "product_id": lot.product_id.id,
                    "values": {
                        "lot": lot.name,
                        "product": lot.product_id.display_name,
                        "places": places,
                        "days": KEPT,
                    },
                }
            ]
        )

    @api.model
    def _hashed(self, lot_id, visitor):
        """What is kept of a visitor: of IPv4 the network of 256 addresses."""
        if "." in visitor:
            visitor = visitor.rpartition(".")[0]
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        text = f"trace.page.look|{lot_id}|{visitor}"
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

    @api.autovacuum
    def _gc_looks(self):
        """Forget who asked."""
        limit = fields.Datetime.now() - timedelta(days=KEPT)
        self.search([("seen_at", "<", limit)], limit=50_000).unlink()
