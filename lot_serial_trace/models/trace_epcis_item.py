from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.gs1.keys import normalise_gtin

#: ir.config_parameter: until when numbers were looked for among partners' events.
LINKED = "lot_serial_trace.epcis_linked"
#: Barcodes of a GTIN that is known: an index finds them.
_BARCODES = SQL(
    """p.barcode IN (i.gtin, CASE WHEN i.gtin LIKE '0%%' THEN substr(i.gtin, 2) END,
    CASE WHEN i.gtin LIKE '00%%' THEN substr(i.gtin, 3) END,
    CASE WHEN i.gtin LIKE '000000%%' THEN substr(i.gtin, 7) END)"""
)
#: The GTIN of a barcode that is known.
_GTIN = SQL("i.gtin = lpad(p.barcode, 14, '0') AND length(p.barcode) IN (8, 12, 13, 14)")
#: A transaction that began before the last round may have ended after it.
OVERLAP = timedelta(hours=1)


class TraceEpcisItem(models.Model):
    """Goods in a partner's event: an identifier, and the product and number of ours that it names.

    Partners tell of goods before they arrive. What is not ours yet is linked when it is: a cron
    looks for new numbers and products, set-wise. Screens find the events of a number by what is
    printed on it, and so need not wait.
    """

    _name = "trace.epcis.item"
    _description = "Goods in a Partner's Event"
    _log_access = False
    _rec_name = "epc"

    event_id = fields.Many2one(
        "trace.epcis.event", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    part = fields.Selection(
        [
            ("thing", "Goods"),
            ("parent", "Package"),
            ("child", "Packed"),
            ("input", "Used Up"),
            ("output", "Made"),
        ],
        required=True,
        readonly=True,
    )
    epc = fields.Char("Identifier", required=True, readonly=True, index=True)
    kind = fields.Char(required=True, readonly=True)
    gtin = fields.Char("GTIN", readonly=True)
    number = fields.Char("Lot/Serial", readonly=True)
    quantity = fields.Float(digits=(16, 6), readonly=True)
    uom = fields.Char("Unit", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lot_id = fields.Many2one(
        "stock.lot", "Our Number", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _number_idx = models.Index("(number, gtin) WHERE number IS NOT NULL")
    _gtin_idx = models.Index("(gtin) WHERE gtin IS NOT NULL")

    # -- linking --------------------------------------------------------------

    @api.model
    def _link(self, event_ids):
        """Link the goods of events that just came to what is ours: two statements."""
        if event_ids:
            self._link_products(_BARCODES, SQL("i.event_id = ANY(%s)", event_ids))
            self._link_lots(SQL("i.event_id = ANY(%s)", event_ids))

    @api.model
    def _cron(self):
        """Link goods of earlier events to products and numbers that came since the last round."""
        parameters = self.env["ir.config_parameter"].sudo()
        now = fields.Datetime.now()
        last = fields.Datetime.to_datetime(parameters.get_param(LINKED)) or now - OVERLAP
        since = last - OVERLAP
        self.env.flush_all()
        self._link_products(_GTIN, SQL("p.write_date >= %s", since))
        self._link_lots(
            SQL("(l.write_date >= %(since)s OR p.write_date >= %(since)s)", since=since)
        )
        self.env.invalidate_all(flush=False)
        parameters.set_param(LINKED, now)

    @api.model
    def _link_products(self, barcodes, which):
        """Link goods by their GTIN, in whatever length the barcode has it."""
        self.env.cr.execute(
            SQL(
                """
                WITH found AS (
                    SELECT i.id, min(p.id) AS product_id
                    FROM trace_epcis_item i
                    JOIN product_product p ON p.active AND %s
                    JOIN product_template t ON t.id = p.product_tmpl_id
                    WHERE i.product_id IS NULL AND i.gtin IS NOT NULL
                        AND (t.company_id IS NULL OR t.company_id = i.company_id) AND %s
                    GROUP BY i.id HAVING count(*) = 1)
                UPDATE trace_epcis_item i SET product_id = found.product_id
                FROM found WHERE found.id = i.id
                """,
                barcodes,
                which,
            )
        )

    @api.model
    def _link_lots(self, which):
        """Link goods by their number; what is a serial number there must be one here."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_epcis_item i SET lot_id = l.id
                FROM stock_lot l
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE i.lot_id IS NULL AND i.number = l.name AND i.product_id = l.product_id
                    AND i.kind = t.tracking
                    AND (l.company_id IS NULL OR l.company_id = i.company_id) AND %s
                """,
                which,
            )
        )

    @api.model
    def _of_lots(self, lots):
        """Domain of the goods that are these numbers, linked or not."""
        linked = Domain("lot_id", "in", lots.ids)
        return Domain.OR([linked, *map(self._as_printed, lots)])

    @api.model
    def _as_printed(self, lot):
        gtin, number, kind = self._printed_on(lot)
        if not gtin:
            return Domain.FALSE
        return (
            Domain("lot_id", "=", False)
            & Domain("number", "=", number)
            & Domain("gtin", "=", gtin)
            & Domain("kind", "=", kind)
        )

    @api.model
    def _printed_on(self, lot):
        return normalise_gtin(lot.product_id.barcode), lot.name, lot.product_id.tracking

    @api.model
    def _count_of(self, lots):
        """Map each of the numbers -> how many events tell of it: one query for all of them."""
        groups = self._read_group(
            self._of_lots(lots) & Domain("event_id.record_time", "!=", False),
            ["lot_id", "gtin", "number", "kind"],
            ["event_id:array_agg"],
        )
        told = defaultdict(set)
        for lot, *printed, events in groups:
            told[lot.id or tuple(printed)].update(events)
        return {lot: len(told[lot._origin.id] | told[self._printed_on(lot)]) for lot in lots}
