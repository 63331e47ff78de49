"""How long the form of a recall rule takes to tell which of a million lots it means.

Lots and stock are written as they would lie there, and rules of every kind are looked at as the
form looks at them while somebody writes: counts, the first lots, and why. Then the standing rules
are asked about lots that just came in.

    make bench k=recall_rules
    BENCH_RULES=20000 make bench k=recall_rules

The second one is a short trial: how many lots. Nothing is committed.
"""

import json
import os
import subprocess
import sys

from common import DATABASES, Meter, odoo

LOTS = 1_000_000
#: Seconds of a preview, at most.
SECONDS = 1.0
PRODUCTS, CATEGORIES, ARRIVALS = 200, 20, 1000


def world(env, count):
    """Products of both kinds, lots of three ways of writing, stock of a third of them."""
    env["trace.recall.rule"].search([]).active = False
    categories = env["product.category"].create([{"name": f"K{n}"} for n in range(CATEGORIES)])
    products = env["product.product"].create(
        [
            {
                "name": f"P{n}",
                "is_storable": True,
                "tracking": "lot" if n % 4 else "serial",
                "categ_id": categories[n % CATEGORIES].id,
            }
            for n in range(PRODUCTS)
        ]
    )
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO stock_lot (name, product_id, trace_status, trace_made, expiration_date,
            trace_batch, create_date, write_date)
        SELECT CASE i %% 3 WHEN 0 THEN 'A' || lpad((i / 3)::text, 6, '0')
                WHEN 1 THEN 'LOT-' || (2020 + i %% 7) || '-' || i ELSE lpad(i::text, 8, '0') END,
            (%s::int[])[1 + i %% %s], 'free', date '2025-01-01' + i %% 500,
            timestamp '2026-01-01' + (i %% 700) * interval '1 day',
            CASE WHEN i %% 10 = 0 THEN 'B' || i / 10 END, now(), now()
        FROM generate_series(1, %s) AS i
        """,
        [products.ids, PRODUCTS, count],
    )
    stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    place = stock.lot_stock_id
    env.cr.execute(
        """
        INSERT INTO stock_quant (product_id, lot_id, location_id, company_id, quantity,
            reserved_quantity, in_date, create_date, write_date)
        SELECT product_id, id, %s, %s, 1, 0, now(), now(), now()
        FROM stock_lot WHERE product_id = ANY(%s) AND id %% 3 = 0
        """,
        [place.id, place.company_id.id, products.ids],
    )
    env.cr.execute(
        "ANALYZE stock_lot, stock_quant, product_product, product_template, product_category"
    )
    return products, place


def conditions(products, place):
    """Rules by name: lists of conditions."""
    listed = ", ".join(f"A{n * 7:06d}" for n in range(5000))
    may = {"day_from": "2026-03-01", "day_to": "2026-03-31"}
    made = {"day_from": "2025-03-01", "day_to": "2025-03-31"}
    one, many = products[:1].ids, products[: PRODUCTS // 2].ids
    lot = products.env["stock.lot"].search([("product_id", "in", one)], limit=1)
    narrow = {"kind": "range", "first": "A000700", "last": "A001200"}
    return {
        "a product": [{"kind": "product", "product_ids": one}],
        "all but half of the products": [{"kind": "product", "product_ids": many, "negated": True}],
        "a category": [{"kind": "category", "categ_ids": products[:1].categ_id.ids}],
        "a range": [narrow],
        "a range of nearly a third": [{**narrow, "first": "A000001", "last": "A900000"}],
        "a range of serial numbers": [{**narrow, "kind": "serial_range", "last": "A901200"}],
        "a product and a range": [{"kind": "product", "product_ids": one}, narrow],
        "a list of 5,000": [{"kind": "list", "numbers": listed}],
        "a pattern": [{"kind": "pattern", "numbers": "A0007*"}],
        "a pattern in the middle": [{"kind": "pattern", "numbers": "*-202#-*5"}],
        "days of production": [{"kind": "made", **made}],
        "days of expiry": [{"kind": "expires", **may}],
        "days of receipt": [{"kind": "received", **may}],
        "made from a lot": [{"kind": "ancestor", "lot_ids": lot.ids}],
        "was at a place": [{"kind": "place", "location_ids": place.ids}],
        "three alternatives": [
            {"kind": "product", "product_ids": one},
            {**narrow, "joined": "or"},
            {"kind": "made", "joined": "or", **made},
        ],
    }


def rule(env, name, lines):
    """A rule for all companies."""
    commands = []
    for at, line in enumerate(lines):
        values = {key: [(6, 0, v)] if isinstance(v, list) else v for key, v in line.items()}
        commands.append((0, 0, {"sequence": at, **values}))
    return env["trace.recall.rule"].create(
        {"name": name, "company_id": False, "condition_ids": commands}
    )


def play(env, count):
    """Write the lots, look at the rules, ask them about arrivals: the figures by name."""
    meter = Meter(env)
    products, place = world(env, count)
    rules = env["trace.recall.rule"]
    for name, lines in conditions(products, place).items():
        one = rule(env, name, lines)
        env.flush_all()
        one._previewed()  # whoever writes a rule looks many times
        meter(name, one._previewed)
        rules |= one
    rules.write({"state": "standing", "action": "tell"})
    lots = env["stock.lot"].search([("product_id", "in", products.ids)], limit=ARRIVALS)
    env["trace.recall.rule"]._in_force()
    known = env["trace.recall.rule"]
    meter(f"{len(rules)} rules about {ARRIVALS} arrivals", known._matches, lots)
    return meter.figures


def main(count=LOTS):
    """Measure in a process of its own, and print; 1 if the target is missed."""
    command = [sys.executable, sys.argv[0], "serve", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    print(f"\nPreviews of recall rules over {count:,} lots")
    print(f"{'':46}{'seconds':>9}{'CPU':>8}{'queries':>9}{'MB':>7}")
    for name, (seconds, cpu, queries, memory) in figures.items():
        print(f"{name:46}{seconds:9.2f}{cpu:8.2f}{queries:9.0f}{memory:7.0f}")
    slowest = max(seconds for seconds, *_rest in figures.values())
    print(f"{'the slowest':46}{slowest:9.2f}  target {SECONDS}: ", end="")
    print("NO" if slowest > SECONDS else "met")
    return int(slowest > SECONDS)


def serve(count):
    """Play in this process and print the figures; nothing stays in the database."""
    answer, sys.stdout = sys.stdout, sys.stderr
    with odoo(os.environ[DATABASES["ours"]]) as env:
        figures = play(env(su=True, context={**env.context, "tracking_disable": True}), int(count))
    print(json.dumps(figures), file=answer, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        sizes = sys.argv[1:] or os.environ.get("BENCH_RULES", "").split()
        sys.exit(main(*map(int, sizes)))
