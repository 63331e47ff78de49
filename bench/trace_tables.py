"""Rows of plain Odoo's tables, many at a time: what ``trace_data.py`` writes with."""

from contextlib import contextmanager
from io import StringIO
from itertools import count

#: Rows that are copied at once.
CHUNK = 20_000
#: Tables and columns that are written: those that vary, and what is the same in all rows.
TABLES = {
    "stock_lot": (
        "id name product_id create_date write_date expiration_date removal_date",
        {"company_id": "company", "product_expiry_reminded": False},
    ),
    "stock_package": ("id name complete_name", {"company_id": "company"}),
    "stock_picking": (
        "id name location_id location_dest_id picking_type_id partner_id scheduled_date date_done "
        "create_date origin sale_id pos_order_id return_id",
        {
            "company_id": "company",
            "move_type": "direct",
            "state": "done",
            "priority": 0,
            "is_locked": True,
        },
    ),
    "stock_move": (
        "id reference product_id location_id location_dest_id location_final_id picking_id "
        "picking_type_id partner_id product_uom_qty product_qty quantity date create_date "
        "production_id raw_material_production_id unbuild_id consume_unbuild_id repair_id "
        "repair_line_type origin_returned_move_id sale_line_id purchase_line_id",
        {
            "company_id": "company",
            "product_uom": "uom",
            "procure_method": "make_to_stock",
            "state": "done",
            "picked": True,
            "priority": 0,
            "sequence": 10,
            "is_inventory": False,
            "additional": False,
            "propagate_cancel": True,
        },
    ),
    "stock_move_line": (
        "id move_id picking_id product_id lot_id location_id location_dest_id package_id "
        "result_package_id quantity quantity_product_uom date create_date",
        {
            "company_id": "company",
            "product_uom_id": "uom",
            "picked": True,
            "state": "done",
            "create_uid": 1,
            "write_uid": 1,
        },
    ),
    "stock_move_move_rel": ("move_orig_id move_dest_id", {}),
    "stock_move_line_consume_rel": ("consume_line_id produce_line_id", {}),
    "mrp_production": (
        "id name product_id product_qty product_uom_qty qty_producing date_start date_finished "
        "create_date",
        {
            "company_id": "company",
            "product_uom_id": "uom",
            "picking_type_id": "making",
            "location_src_id": "stock",
            "location_dest_id": "stock",
            "production_location_id": "production",
            "consumption": "flexible",
            "state": "done",
            "propagate_cancel": False,
            "is_locked": True,
            "priority": 0,
            "reservation_state": "assigned",
            "backorder_sequence": 1,
        },
    ),
    "mrp_production_stock_lot_rel": ("mrp_production_id stock_lot_id", {}),
    "mrp_unbuild": (
        "id name product_id lot_id mo_id location_id location_dest_id create_date",
        {"company_id": "company", "product_uom_id": "uom", "product_qty": 1, "state": "done"},
    ),
    "repair_order": (
        "id name product_id lot_id location_id product_location_src_id product_location_dest_id "
        "parts_location_id recycle_location_id schedule_date",
        {
            "company_id": "company",
            "location_dest_id": "production",
            "picking_type_id": "mending",
            "product_uom": "uom",
            "product_qty": 1,
            "state": "done",
            "priority": 0,
        },
    ),
    "sale_order": (
        "id name partner_id partner_invoice_id partner_shipping_id date_order create_date "
        "warehouse_id",
        {
            "company_id": "company",
            "picking_policy": "direct",
            "state": "sale",
            "currency_id": "currency",
            "currency_rate": 1,
            "invoice_status": "no",
        },
    ),
    "sale_order_line": (
        "id order_id product_id order_partner_id",
        {
            "company_id": "company",
            "name": "Bench",
            "product_uom_qty": 1,
            "qty_delivered": 1,
            "price_unit": 10,
            "customer_lead": 0,
            "product_uom_id": "uom",
            "currency_id": "currency",
            "state": "sale",
            "sequence": 10,
            "qty_delivered_method": "stock_move",
            "invoice_status": "no",
        },
    ),
    "purchase_order": (
        "id name partner_id date_order",
        {
            "company_id": "company",
            "currency_id": "currency",
            "picking_type_id": "receiving",
            "state": "purchase",
        },
    ),
    "purchase_order_line": (
        "id order_id product_id partner_id product_qty qty_received date_planned",
        {"company_id": "company", "name": "Bench", "product_uom_id": "uom", "price_unit": 1},
    ),
    "pos_order": (
        "id name partner_id date_order create_date",
        {
            "company_id": "company",
            "amount_tax": 0,
            "amount_total": 10,
            "amount_paid": 10,
            "amount_return": 0,
            "state": "done",
        },
    ),
    "pos_order_line": (
        "id order_id product_id",
        {"name": "Bench", "price_subtotal": 10, "price_subtotal_incl": 10, "qty": 1},
    ),
    "pos_pack_operation_lot": ("id pos_order_line_id lot_name", {}),
}


class Table:
    """Rows on their way into a table, copied many at a time."""

    def __init__(self, cr, name, varying, same):
        self.cr = cr
        self.columns = [*varying.split(), *same]
        marks = ["%s"] * len(varying.split())
        self.form = "\t".join([*marks, *map(str, same.values())]) + "\n"
        self.name = name
        self.rows = []
        if "id" in self.columns:
            cr.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {name}")
            self.ids = count(cr.fetchone()[0])

    def add(self, *values):
        """Add a row, the id first where there is one; None is NULL."""
        self.rows.append(self.form % values)
        if len(self.rows) >= CHUNK:
            self.copy()

    def new(self, *values):
        """Add a row with a new id; returns the id."""
        row_id = next(self.ids)
        self.add(row_id, *values)
        return row_id

    def copy(self):
        """Send the rows."""
        self.cr.copy_expert(
            f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN WITH (NULL 'None')",
            StringIO("".join(self.rows)),
        )
        self.rows = []

    def close(self):
        """Send the last rows, and let new records come after them."""
        self.copy()
        if "id" in self.columns:
            sequence = f"pg_get_serial_sequence('{self.name}', 'id')"
            self.cr.execute(f"SELECT setval({sequence}, %s)", [next(self.ids)])


@contextmanager
def bare(cr, tables):
    """Take indexes and foreign keys off tables, and put them back at the end."""
    cr.execute(
        """
        SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
        """,
        [list(tables)],
    )
    keys = cr.fetchall()
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
        WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """,
        [list(tables)],
    )
    indexes = cr.fetchall()
    for table, name, _definition in keys:
        cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cr.execute(definition)
    for table, name, definition in keys:
        cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def settle(cr, first):
    """Stock as the movements from id ``first`` on say, and statistics."""
    cr.execute(
        """
        INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, package_id,
            quantity, reserved_quantity, in_date)
        SELECT product_id, CASE WHEN a.usage IN ('internal', 'transit') THEN x.company_id END,
            place, lot_id, package_id, sum(quantity), 0, min(date)
        FROM (
            SELECT product_id, company_id, location_dest_id AS place, lot_id,
                result_package_id AS package_id, quantity, date FROM stock_move_line
            WHERE id >= %(first)s
            UNION ALL
            SELECT product_id, company_id, location_id, lot_id, package_id, -quantity, date
            FROM stock_move_line WHERE id >= %(first)s
        ) x JOIN stock_location a ON a.id = x.place
        GROUP BY product_id, x.company_id, place, lot_id, package_id, a.usage
        HAVING sum(quantity) != 0
        """,
        {"first": first},
    )
    cr.execute("ANALYZE")
