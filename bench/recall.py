"""How long it takes to stop and to know what a large recall is about.

A history is written as plain Odoo would have left it, and read by the add-on: lots of which some
units are in stock on twenty shelves, a fifth of them reserved for open deliveries with other
stock beside, and one delivery to each of many customers. Then a case about all of the lots is
looked at ahead, confirmed, worked on until it is done, narrowed and cancelled.

    make bench k=recall
    BENCH_RECALL="500 2000" make bench k=recall

The second one is a short trial: how many lots, how many consignees. Nothing is committed.
"""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

from common import DATABASES, Meter, odoo

LOTS, CONSIGNEES = 10_000, 66_000
#: Notices that are put into the mail queue: as many again take as long again.
NOTICES = 2_000
#: Seconds from confirming to full scope and holds, at most.
SECONDS = 60
#: Units of a lot in stock, lots of which are reserved, shelves, products.
UNITS, SHARE, SHELVES, PRODUCTS = 5, 5, 20, 10
#: Units of an open delivery.
WANTED = 50
#: What a demo database has set up beside Odoo: it is put to rest.
RULES = ("trace.policy", "trace.expiry.rule", "trace.storage.class", "trace.putaway.rule")


# -- what there is ----------------------------------------------------------------


def world(env):
    """A warehouse with shelves and a place for quarantine, and products."""
    for rules in RULES:
        env[rules].search([]).active = False
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    stock = warehouse.lot_stock_id
    place = {"usage": "internal", "location_id": stock.id}
    shelves = env["stock.location"].create(
        [{"name": f"Recall {n:02}", **place} for n in range(SHELVES)]
    )
    if not stock._trace_quarantine_for(env.company):
        aside = {"name": "Recall quarantine", "usage": "internal", "trace_quarantine": True}
        env["stock.location"].create({**aside, "location_id": warehouse.view_location_id.id})
    product = {"is_storable": True, "tracking": "lot", "standard_price": 12.5}
    return SimpleNamespace(
        warehouse=warehouse,
        stock=stock,
        shelves=shelves,
        products=env["product.product"].create(
            [{"name": f"Recall {n:02}", **product} for n in range(PRODUCTS)]
        ),
        suppliers=env.ref("stock.stock_location_suppliers"),
        customers=env.ref("stock.stock_location_customers"),
    )


def goods(env, scene, name, count):
    """Lots with units of each on a shelf."""
    lots = env["stock.lot"].create(
        [
            {"name": f"{name}{n:06}", "product_id": scene.products[n % PRODUCTS].id}
            for n in range(count)
        ]
    )
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO stock_quant (product_id, location_id, lot_id, company_id, quantity,
            reserved_quantity, in_date, create_date)
        SELECT l.product_id, (%s)[(1 + row_number() OVER (ORDER BY l.id) %% %s)::int],
            l.id, %s, %s, 0, now(), now()
        FROM stock_lot l WHERE l.id = ANY(%s)
        """,
        [scene.shelves.ids, SHELVES, env.company.id, UNITS, lots.ids],
    )
    env.invalidate_all()
    return lots


#: A delivery of one unit to each customer, and what was received before.
HISTORY = """
    WITH one AS (
        SELECT id AS partner_id, row_number() OVER (ORDER BY id) AS n
        FROM unnest(%(buyers)s) AS id
    ), lot AS (
        SELECT l.id AS lot_id, l.product_id, row_number() OVER (ORDER BY l.id) - 1 AS n
        FROM unnest(%(lots)s) AS x JOIN stock_lot l ON l.id = x
    ), sold AS (
        SELECT one.partner_id, one.n, lot.lot_id, lot.product_id
        FROM one JOIN lot ON lot.n = one.n %% %(count)s
    ), picking AS (
        INSERT INTO stock_picking (name, partner_id, picking_type_id, location_id,
            location_dest_id, company_id, state, move_type, priority, date_done, scheduled_date,
            create_date)
        SELECT 'RECALL/' || n, partner_id, %(type)s, %(stock)s, %(customers)s, %(company)s,
            'done', 'direct', '0', now(), now(), now()
        FROM sold RETURNING id, partner_id
    ), move AS (
        INSERT INTO stock_move (reference, product_id, location_id, location_dest_id, picking_id,
            picking_type_id, partner_id, product_uom, product_uom_qty, product_qty, quantity, date,
            create_date, company_id, procure_method, state, picked, priority, sequence)
        SELECT 'RECALL/' || sold.n, sold.product_id, %(stock)s, %(customers)s, picking.id,
            %(type)s, sold.partner_id, %(uom)s, 1, 1, 1, now(), now(), %(company)s,
            'make_to_stock', 'done', TRUE, '0', 10
        FROM sold JOIN picking USING (partner_id) RETURNING id, picking_id, partner_id, product_id
    )
    INSERT INTO stock_move_line (move_id, picking_id, product_id, lot_id, location_id,
        location_dest_id, product_uom_id, quantity, quantity_product_uom, date, create_date,
        company_id, picked, state)
    SELECT move.id, move.picking_id, move.product_id, sold.lot_id, %(stock)s, %(customers)s,
        %(uom)s, 1, 1, now(), now(), %(company)s, TRUE, 'done'
    FROM move JOIN sold USING (partner_id)
"""


def people(env, count):
    """Ids of customers, all made after the model of one."""
    values = {"email": "buyer@example.com", "city": "Riga", "lang": "en_US"}
    model = env["res.partner"].create({"name": "Recall", **values})
    env.flush_all()
    fixed = ("id", "name", "complete_name", "commercial_partner_id")
    names = [
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in fixed
    ]
    same = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO res_partner (name, complete_name, {same}) "
        f"SELECT 'Recall ' || n, 'Recall ' || n, {same} "
        "FROM res_partner, generate_series(1, %s) AS n WHERE id = %s RETURNING id",
        [count, model.id],
    )
    ids = [partner_id for (partner_id,) in env.cr.fetchall()]
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", [ids])
    return ids


def history(env, scene, lots, buyers):
    """Deliveries of the lots, in Odoo's tables and, read from there, in the ledger."""
    env.flush_all()
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM stock_move_line")
    [last] = env.cr.fetchone()
    env.cr.execute(
        HISTORY,
        {
            "buyers": people(env, buyers),
            "lots": lots.ids,
            "count": len(lots),
            "type": scene.warehouse.out_type_id.id,
            "stock": scene.stock.id,
            "customers": scene.customers.id,
            "company": env.company.id,
            "uom": scene.products[0].uom_id.id,
        },
    )
    from odoo.tools import SQL  # not before Odoo is set up

    env["trace.event"]._insert(
        SQL(
            "(SELECT NULL::text AS reason) c "
            "JOIN stock_move_line l ON l.state = 'done' AND l.id > %s",
            last,
        ),
        "movement",
    )
    env.invalidate_all()
    # As autovacuum would have done some minutes later.
    for table in ("stock_lot", "stock_quant", "stock_move_line", "stock_move", "stock_picking"):
        env.cr.execute(f"ANALYZE {table}")
    env.cr.execute("ANALYZE trace_event; ANALYZE res_partner")


def reserve(env, scene, lots):
    """Deliveries that have reserved a part of the lots, and other stock to take instead."""
    wanted = len(lots) // SHARE * UNITS
    each = max(1, wanted // PRODUCTS // WANTED)
    where = {"location_id": scene.stock.id, "location_dest_id": scene.customers.id}
    waiting = env["stock.picking"].create(
        [
            {
                **where,
                "picking_type_id": scene.warehouse.out_type_id.id,
                "move_ids": [
                    (0, 0, {**where, "product_id": product.id, "product_uom_qty": WANTED})
                ],
            }
            for product in scene.products
            for _n in range(each)
        ]
    )
    waiting.action_confirm()
    waiting.action_assign()
    goods(env, scene, "OTHER", len(lots) // SHARE)
    return waiting


# -- what is done -----------------------------------------------------------------


def work(recall):
    """Do all that the job does, as it does it, but for the commits."""
    while recall._has_work():
        if not recall._try_step():
            sys.exit(f"The job stopped: {recall.error}")


def play(env, count, buyers):
    """A case from the preview to the end; returns the figures."""
    meter = Meter(env)
    scene = world(env)
    lots = goods(env, scene, "LOT", count)
    history(env, scene, lots, buyers)
    waiting = reserve(env, scene, lots)
    recall = env["trace.recall"].create(
        {"title": "Bench", "reason": "leaking", "lot_ids": [(6, 0, lots.ids)]}
    )
    env.flush_all()
    meter("look ahead", recall.action_preview)
    meter("confirm: scope and first holds", recall._confirm)
    meter("the job: all holds, trace, consignees, tasks", work, recall)
    check(env, recall, lots, waiting, buyers)
    meter(f"{min(buyers, NOTICES):,} notices into the mail queue", tell, recall, buyers)
    meter("take 100 lots out", take_out, recall, lots[:100])
    meter("cancel: all holds released", cancel, recall)
    expect("free again", set(lots.mapped("trace_status")), {"free"})
    return meter.figures


def tell(recall, buyers):
    """Write to the first consignees, slice by slice, as the job does; no mail server is asked."""
    recall.instructions = "<p>Do not use it.</p>"
    queued = 0
    while queued < min(buyers, NOTICES):
        queued += recall._tell_slice("mail")


def take_out(recall, lots):
    """Narrow, and work."""
    recall._narrow(lots, "tested")
    work(recall)


def cancel(recall):
    """Cancel, and work."""
    recall._cancel("over")
    work(recall)


def check(env, recall, lots, waiting, buyers):
    """What must be there after it, or the figures mean nothing."""
    expect("lots in scope", len(recall.scope_ids), len(lots))
    expect("states", set(recall.scope_ids.mapped("state")), {"held"})
    expect("lots on hold", "free" in lots.mapped("trace_status"), False)
    expect("reserved of them", len(waiting.move_line_ids.lot_id & lots), 0)
    expect("deliveries", recall.run_id.counts.get("customer"), buyers)
    expect("tasks", bool(recall.activity_ids), True)
    expect("delivered", sum(recall.scope_ids.mapped("delivered_qty")), buyers)


def expect(what, found, wanted):
    """Stop if something is not as it must be."""
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


def main(count=LOTS, buyers=CONSIGNEES):
    """Measure in a process of its own, and print; 1 if the target is missed."""
    command = [sys.executable, sys.argv[0], "serve", str(count), str(buyers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    print(f"\nA recall of {count:,} lots with {buyers:,} consignees")
    print(f"{'':46}{'seconds':>9}{'CPU':>8}{'queries':>9}{'MB':>7}")
    for name, (seconds, cpu, queries, memory) in figures.items():
        print(f"{name:46}{seconds:9.2f}{cpu:8.2f}{queries:9.0f}{memory:7.0f}")
    total = sum(figures[name][0] for name in figures if name.startswith(("confirm", "the job")))
    missed = total > SECONDS
    print(f"{'from confirming to full scope and holds':46}{total:9.2f}", end="")
    print(f"  target {SECONDS}: {'NO' if missed else 'met'}")
    return int(missed)


def serve(count, buyers):
    """Play in this process and print the figures; nothing stays in the database."""
    answer, sys.stdout = sys.stdout, sys.stderr
    with odoo(os.environ[DATABASES["ours"]]) as env:
        # As the scheduled job does it, and without waiting for mails.
        quiet = env(context={**env.context, "tracking_disable": True})
        figures = play(quiet, int(count), int(buyers))
    print(json.dumps(figures), file=answer, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        sizes = sys.argv[1:] or os.environ.get("BENCH_RECALL", "").split()
        sys.exit(main(*map(int, sizes)))
