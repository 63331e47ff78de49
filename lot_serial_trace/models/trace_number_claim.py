from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: How long a claim is kept: longer than any transaction lasts.
KEPT = timedelta(days=2)


class TraceNumberClaim(models.Model):
    """Whoever makes or renames a lot or serial number claims it first.

    Odoo looks whether a number exists and then makes it: two transactions at once both see
    nothing and both make it. Here they meet on one row of this table. The second one waits,
    and when the first one commits, PostgreSQL refuses it (its view of the database is too old
    to see the number) and Odoo runs the whole request again: now it finds the number and
    matches it, or says that it exists.

    A claim is a meeting point and no statement about what exists; a lot may be deleted or
    renamed, and claims go after two days. That is why databases which have numbers twice,
    from before, need no repair before this works, as they would with a unique index over lots.
    """

    _name = "trace.number.claim"
    _description = "Claim on a Number"
    _log_access = False
    _rec_name = "name"

    product_id = fields.Integer("Product ID", required=True, readonly=True)
    name = fields.Char("Lot/Serial", required=True, readonly=True)
    claimed_at = fields.Datetime(required=True, readonly=True, index=True)

    _number_idx = models.UniqueIndex("(product_id, name)")

    @api.model
    def _claim(self, numbers):
        """Claim ``(product id, number)`` pairs until the end of the transaction: one query.

        In one order for everybody, so that two never wait for each other. Companies are left
        out: a number of one company may collide with one that belongs to all.

        :raises psycopg2.errors.SerializationFailure: somebody else has just made one of them
        """
        numbers = sorted(set(numbers))
        if not numbers:
            return
        products, names = zip(*numbers, strict=True)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_number_claim AS c (product_id, name, claimed_at)
                SELECT product_id, name, now() AT TIME ZONE 'UTC'
                FROM unnest(%s::int[], %s::varchar[]) AS n(product_id, name)
                ON CONFLICT (product_id, name) DO UPDATE SET claimed_at = excluded.claimed_at
                """,
                list(products),
                list(names),
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _forget(self):
        """Claims have served once the transactions that made them are over."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM trace_number_claim WHERE claimed_at < %s",
                fields.Datetime.now() - KEPT,
            )
        )
