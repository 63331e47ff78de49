from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: How long numbers are kept for an order that is not paid; each question begins it anew.
MINUTES = 15


class TraceTillClaim(models.Model):
    """A number that the server has promised to an open order, so that no other till gets it.

    A till asks for the numbers of its order before payment. Two tills that ask for one number at
    the same moment meet at it (``trace.number.claim``): the second runs again and sees the
    claim of the first. A claim ends when the order is paid or cancelled or gives the number up,
    and by itself after some minutes, because tills are switched off.
    """

    _name = "trace.till.claim"
    _description = "Number Kept for an Order"
    _log_access = False
    _rec_name = "number"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    config_id = fields.Many2one("pos.config", required=True, readonly=True, ondelete="cascade")
    order_uuid = fields.Char(required=True, readonly=True, index=True)
    order_name = fields.Char("Order", readonly=True)
    product_id = fields.Integer("Product ID", required=True, readonly=True)
    number = fields.Char("Lot/Serial", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    until = fields.Datetime(required=True, readonly=True, index=True)

    _number_idx = models.UniqueIndex("(product_id, number, company_id, order_uuid)")

    @api.model
    def _meet(self, numbers):
        """Meet whoever asks for the same (product id, number) pairs at this moment: one query."""
        self.env["trace.number.claim"]._claim(numbers)

    @api.model
    def _keep(self, config, order_uuid, quantities, order_name=""):
        """Keep numbers for an order, from now on: one query.

        :param quantities: dict (product id, number) -> quantity
        :param order_name: what the till calls the order
        """
        if not quantities:
            return
        products, numbers = zip(*quantities, strict=True)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_till_claim (company_id, config_id, order_uuid, order_name,
                    product_id, number, quantity, until)
                SELECT %(company)s, %(config)s, %(order)s, %(name)s, c.product_id, c.number,
                    c.quantity, now() AT TIME ZONE 'UTC' + %(span)s
                FROM unnest(%(products)s::int[], %(numbers)s::varchar[], %(quantities)s::numeric[])
                    AS c(product_id, number, quantity)
                ON CONFLICT (product_id, number, company_id, order_uuid) DO UPDATE
                SET quantity = excluded.quantity, until = excluded.until,
                    config_id = excluded.config_id, order_name = excluded.order_name
                """,
                company=config.company_id.id,
                config=config.id,
                order=order_uuid,
                name=order_name or None,
                span=timedelta(minutes=MINUTES),
                products=list(products),
                numbers=list(numbers),
                quantities=list(quantities.values()),
            )
        )
        self.invalidate_model()

    @api.model
    def _release(self, order_uuids, numbers=None):
        """Give up what is kept for orders: one query.

        :param numbers: (product id, number) pairs; None: all
        """
        uuids = [uuid for uuid in order_uuids if uuid]
        if not uuids or numbers is not None and not numbers:
            return
        products, names = zip(*numbers, strict=True) if numbers else ((), ())
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM trace_till_claim WHERE order_uuid = ANY(%s) AND (%s OR
                    (product_id, number) IN (SELECT * FROM unnest(%s::int[], %s::varchar[])))
                """,
                uuids,
                numbers is None,
                list(products),
                list(names),
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _forget(self):
        """What is over is over."""
        self.env.cr.execute(
            SQL("DELETE FROM trace_till_claim WHERE until < %s", fields.Datetime.now())
        )
