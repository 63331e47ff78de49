from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.lot_serial_trace.models.trace_event_joins import without


@tagged("post_install", "-at_install")
class TestLedgerJoins(TransactionCase):
    """Tables that movements cannot have are not joined: what is asked of them is NULL."""

    def test_absent_tables_are_null(self):
        query = SQL(
            "SELECT %s, pk.id, rpk.name, sale.date_order, x.sale, pi.name LIKE '%%' FROM pi",
            SQL.identifier("sale", "partner_id"),
        )
        told = without(query, {"pk", "sale"})
        self.assertEqual(
            told.code,
            "SELECT NULL::int, NULL::int, rpk.name, NULL::timestamp, x.sale, "
            "pi.name LIKE '%%' FROM pi",
        )
        self.assertEqual(without(query, set()), query)

    def test_values_stay(self):
        told = without(SQL("SELECT pk.name, %s, r.name", "pk.name"), {"pk"})
        self.assertEqual(
            (told.code, told.params), ("SELECT NULL::varchar, %s, r.name", ["pk.name"])
        )
