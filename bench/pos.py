"""How long a till takes to know its shop: 100,000 numbers, and the server's word on some.

**Load.** The whole book of a shop, page by page: the server makes the answers and writes them as
JSON, a browser's engine (Node.js) reads them into the till's own book (``lot_book.js``). How long
the network takes follows from the size and is printed for 100 Mbit/s. Target: 5 s all together.

**Changes.** What a till asks after each message: nothing changed; one unit came; one unit was
sold at another till; 2,000 units came.

**The server's word** on 1, 10 and 500 numbers, which are kept for the order, too.

**Verdict.** What the till says of a number, from memory. Target: 30 ms for 95 of 100.

    make bench k=pos
    BENCH_POS="5000 1000" make bench k=pos

The second one is a short trial: how many numbers are in the shop, how many elsewhere.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from uuid import uuid4

from common import Meter, odoo

#: Numbers in the shop, and in other places of the company.
HERE, ELSEWHERE = 100_000, 400_000
PRODUCTS, PLACES, HOLDS, SOLD, COMING = 1000, 30, 1000, 500, 2000
#: Seconds for all of the load, milliseconds for a verdict, at most.
SECONDS, MILLISECONDS = 5.0, 30.0
#: Megabytes a second of a network of 100 Mbit/s.
NETWORK = 12.5
ROUNDS = 5
TILL = Path(__file__).parent.parent / "lot_serial_trace/static/src/pos"


# -- the shop -------------------------------------------------------------------


def prepare(env, here, elsewhere):
    """A shop with a till that is open, and stock that was there yesterday."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    shop, far = env["stock.location"].create(
        [
            {"name": name, "usage": "internal", "location_id": warehouse.view_location_id.id}
            for name in ("Bench shop", "Bench far")
        ]
    )
    kind = warehouse.pos_type_id.copy({"name": "Bench", "sequence_code": "BENCH"})
    kind.default_location_src_id = shop
    scene = SimpleNamespace(env=env, shop=shop, till=till(env, kind), kind=kind)
    scene.far = far
    scene.places = places(env, shop)
    scene.goods = products(env)
    rules(env, scene)
    env.flush_all()
    fill(scene, "HERE", here, scene.places)
    fill(scene, "FAR", elsewhere, far)
    env.cr.execute("ANALYZE stock_lot, stock_quant, product_product, product_template")
    hold(scene)
    sell(scene)
    # That was yesterday.
    env.cr.execute("UPDATE pos_order SET write_date = write_date - interval '1 day'")
    return scene


def till(env, kind):
    """A till that sells through an operation type; what it sells is booked at closing."""
    env.company.point_of_sale_update_stock_quantities = "closing"
    journal = env["account.journal"].create({"name": "Bench", "type": "bank", "code": "BENCH"})
    method = env["pos.payment.method"].create({"name": "Bench", "journal_id": journal.id})
    made = env["pos.config"].create(
        {
            "name": "Bench",
            "picking_type_id": kind.id,
            "payment_method_ids": [(6, 0, method.ids)],
        }
    )
    made.open_ui()
    made.current_session_id.set_opening_control(0, "")
    return made


def places(env, shop):
    """Shelves of the shop."""
    values = {"usage": "internal", "location_id": shop.id}
    return env["stock.location"].create(
        [{**values, "name": f"Bench {number}"} for number in range(PLACES)]
    )


def products(env):
    """Products of which four of five have serial numbers."""
    return env["product.product"].create(
        [
            {
                "name": f"Bench {number}",
                "barcode": f"29{number:010}",
                "is_storable": True,
                "tracking": "serial" if number % 5 else "lot",
                "available_in_pos": True,
                "use_expiration_date": True,
                "expiration_time": 700,
            }
            for number in range(PRODUCTS)
        ]
    )


def rules(env, scene):
    """Last days of sale and severities that differ by product and place."""
    env["trace.expiry.rule"].create(
        [
            {
                "name": f"Bench {number}",
                "stop_unit": ("days", "percent")[number % 2],
                "stop_at": number % 10,
                "product_id": scene.goods[number].id if number % 2 else False,
                "location_id": scene.places[number % PLACES].id if not number % 3 else False,
            }
            for number in range(40)
        ]
    )
    env["trace.policy"].create(
        [
            {"code": "expired", "severity": "block", "product_id": product.id}
            for product in scene.goods[:40]
        ]
    )


def fill(scene, lead, count, shelves):
    """Lots and serial numbers with their stock, as if they had come yesterday."""
    scene.env.cr.execute(
        """
        WITH new AS (
            INSERT INTO stock_lot (name, product_id, company_id, expiration_date, use_date,
                removal_date, alert_date, trace_status, create_date, write_date)
            SELECT %(lead)s || lpad(i::text, 10, '0'), (%(goods)s::int[])[1 + i %% %(products)s],
                %(company)s, d.at, d.at, d.at, d.at, 'free', now() - interval '30 days',
                now() AT TIME ZONE 'UTC' - interval '1 day'
            FROM generate_series(1, %(count)s) AS i
            CROSS JOIN LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC')
                + make_interval(days => i %% 700) AS at) d
            RETURNING id, product_id, company_id, expiration_date)
        INSERT INTO stock_quant (product_id, company_id, location_id, lot_id, quantity,
            reserved_quantity, in_date, expiration_date, removal_date)
        SELECT product_id, company_id, (%(shelves)s::int[])[1 + id %% %(places)s], id, 1, 0,
            now() AT TIME ZONE 'UTC', expiration_date, expiration_date
        FROM new
        """,
        {
            "lead": lead,
            "count": count,
            "goods": scene.goods.ids,
            "products": len(scene.goods),
            "shelves": shelves.ids,
            "places": len(shelves),
            "company": scene.env.company.id,
        },
    )


def lots(scene, lead, count, first=0):
    """Some of the lots."""
    numbers = range(first + 1, first + count + 1)
    return scene.env["stock.lot"]._trace_named(
        (scene.goods[number % PRODUCTS].id, f"{lead}{number:010}") for number in numbers
    )


def hold(scene):
    """Numbers on hold, here and elsewhere."""
    for lead in ("HERE", "FAR"):
        held = lots(scene, lead, HOLDS // 2)
        scene.env["trace.hold"]._place(held, "leaking", goods="stay")


def sell(scene):
    """Sales of the session that wait for its closing."""
    orders = [order(scene, lot) for lot in lots(scene, "HERE", SOLD, first=HOLDS)]
    scene.env["pos.order"].create(orders)
    scene.env.flush_all()


def order(scene, lot):
    """A paid order of one number."""
    line = {
        "product_id": lot.product_id.id,
        "qty": 1,
        "price_unit": 1,
        "price_subtotal": 1,
        "price_subtotal_incl": 1,
        "pack_lot_ids": [(0, 0, {"lot_name": lot.name})],
    }
    amounts = {"amount_tax": 0, "amount_total": 1, "amount_paid": 1, "amount_return": 0}
    return {
        "uuid": str(uuid4()),
        "session_id": scene.till.current_session_id.id,
        "state": "paid",
        "lines": [(0, 0, line)],
        **amounts,
    }


# -- what is measured -------------------------------------------------------------


def load(scene, since=None):
    """Ask for a book as a till does; returns the pages as they are sent."""
    pages, page = [], None
    while True:
        answer = scene.till.trace_book(since, page)
        pages.append(json.dumps(answer).encode())
        page = answer["next"]
        if not page:
            return pages


def bring(scene, some):
    """Units that come from another place."""
    where = {"location_id": scene.far.id, "location_dest_id": scene.shop.id}
    moves = scene.env["stock.move"].create(
        [
            {**where, "product_id": product.id, "product_uom_qty": len(mine)}
            for product, mine in some.grouped("product_id").items()
        ]
    )
    by_product = {move.product_id: move for move in moves}
    scene.env["stock.move.line"].create(
        [
            {
                **where,
                "move_id": by_product[lot.product_id].id,
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "quantity": 1,
                "picked": True,
            }
            for lot in some
        ]
    )
    moves._action_done()


def measure_changes(scene, meter, cursor):
    """What a till asks for after each message."""

    def change(name, work):
        work()
        meter(name, lambda: load(scene, cursor))

    change("changes: nothing", lambda: None)
    far = lots(scene, "FAR", COMING + 1, first=HOLDS)
    change("changes: one unit came", lambda: bring(scene, far[0]))
    some = lots(scene, "HERE", 1, first=HOLDS + SOLD)
    change("changes: one unit sold", lambda: scene.env["pos.order"].create(order(scene, some)))
    change(f"changes: {COMING:,} units came", lambda: bring(scene, far[1:]))


def measure_word(scene, meter):
    """What a till asks before payment."""
    for count in (1, 10, 500):
        numbers = [
            {"product_id": lot.product_id.id, "number": lot.name, "quantity": 1}
            for lot in lots(scene, "HERE", count, first=HOLDS + SOLD + 10)
        ]
        runs = []
        for _round in range(ROUNDS):
            meter("word", lambda asked=numbers: scene.till.trace_check(asked, str(uuid4())))
            runs.append(meter.figures.pop("word"))
        meter.figures[f"server's word: {count} numbers"] = [
            median(column) for column in zip(*runs, strict=True)
        ]


def till_reads(pages):
    """What Node.js takes to read the pages and to judge: figures, or None without it."""
    node = shutil.which("node")
    if not node:
        return None
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("lot_book.js", "judge.js"):
            shutil.copy(TILL / name, home / name)
        shutil.copy(Path(__file__).with_name("pos_till.js"), home / "pos_till.js")
        (home / "package.json").write_text('{"type": "module"}')
        for number, page in enumerate(pages):
            (home / f"page{number}.json").write_bytes(page)
        done = subprocess.run(
            [node, "pos_till.js", str(len(pages))],
            cwd=home,
            stdout=subprocess.PIPE,
            check=True,
        )
    return json.loads(done.stdout)


def show(name, figures):
    """A row of the table."""
    seconds, cpu, queries, memory = figures
    print(f"{name:44}{seconds:9.3f}{cpu:9.3f}{queries:9.0f}{memory:8.0f}", flush=True)


def main(here=HERE, elsewhere=ELSEWHERE):
    """Measure and print; 1 if a target is missed."""
    with odoo(os.environ["BENCH_WITH"]) as env:
        meter = Meter(env)
        scene = prepare(env, here, elsewhere)
        load(scene)  # what a server knows after its first answer is no cost of the next one
        pages = []
        meter("load: all pages", lambda: pages.extend(load(scene)))
        measure_changes(scene, meter, json.loads(pages[0])["cursor"])
        measure_word(scene, meter)
    print(f"\n{here:,} numbers in the shop, {elsewhere:,} elsewhere")
    print(f"{'the server':44}{'seconds':>9}{'CPU':>9}{'queries':>9}{'MB':>8}")
    for name, figures in meter.figures.items():
        show(name, figures)
    return report(pages, meter.figures["load: all pages"][0], here)


def report(pages, server, here):
    """Print what the till and the network take; 1 if a target is missed."""
    size = sum(map(len, pages)) / 1e6
    network = size / NETWORK
    till = till_reads(pages)
    if till is None:
        print(f"\n{len(pages)} pages, {size:.1f} MB; the till's part needs Node.js")
        return 0
    held = till["numbers"]
    if held < here:
        sys.exit(f"the till has {held:,} of {here:,} numbers")
    total = server + network + till["read"]
    print(
        f"\nload {total:.2f} s (target {SECONDS:g}): server {server:.2f}, "
        f"{size:.1f} MB in {len(pages)} pages at 100 Mbit/s {network:.2f}, "
        f"the till reads {till['read']:.2f}"
    )
    print(f"verdict {till['p95']:.3f} ms for 95 of 100 (target {MILLISECONDS:g})")
    return int(total > SECONDS or till["p95"] > MILLISECONDS)


if __name__ == "__main__":
    sizes = sys.argv[1:] or os.environ.get("BENCH_POS", "").split()
    sys.exit(main(*map(int, sizes)))
