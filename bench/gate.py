"""What the gate and the ledger cost, and how long it takes to stop goods and to find old ones.

**Overhead.** A receipt, an internal transfer and a delivery of 1,000 serial numbers, and
deliveries of one unit, with policies off, beside plain Odoo. The add-on books movements in
batches, which is faster than plain Odoo and would hide what the gate costs: so it is measured
with *Book Numbers One by One* (there the target is for the gate and the ledger alone), and then
as it comes. Servers of each kind take turns, round by round; the median of the rounds counts.

**Stopping.** Holds are placed on 10,000 lots: in stock; with 2,000 of them reserved and other
stock to take instead; with a transfer to quarantine.

**Expiry.** A million lots in stock are looked at by 200 rules (``expiry_data.py``): for the first
time, and again when nothing has changed.

    make bench k=gate
    BENCH_GATE="50 1 500 20000" make bench k=gate

The second one is a short trial: how many numbers, how many rounds, how many lots are put on
hold, how many are looked at.
"""

import json
import os
import subprocess
import sys
from statistics import median
from types import SimpleNamespace

import expiry_data
from common import DATABASES, FORM, HEAD, Meter, odoo

COUNT, ROUNDS = 1000, 5
#: Deliveries of one unit that are measured together.
SINGLES = 20
#: Time beside plain Odoo, and queries more than it, at most.
RATIO, QUERIES = 1.02, 10
#: Lots that are put on hold, how many of them are reserved, and seconds at most.
LOTS, RESERVED, SECONDS = 10000, 2000, 5.0
#: Lots in stock that expiry rules look at.
STOCK = 1_000_000
#: What a demo database has set up beside Odoo: it is put to rest.
RULES = ("trace.policy", "trace.expiry.rule", "trace.storage.class", "trace.putaway.rule")
#: Who is measured: name -> (key in DATABASES, booked one by one).
SIDES = {"plain": ("plain", False), "single": ("ours", True), "ours": ("ours", False)}


# -- one round of movements -----------------------------------------------------


def play(env, ours, single, count):
    """Receive, move and deliver; returns the figures."""
    if ours:
        for rules in RULES:
            env[rules].search([]).active = False
        env["ir.config_parameter"].set_param("lot_serial_trace.one_by_one", single or False)
    scene = prepare(env, count)
    # What a server knows after its first transfer is no cost of the next one.
    rehearse(prepare(env, 2))
    meter = Meter(env)
    receipt = picking(scene, "in", scene.suppliers, scene.stock, count)
    meter("receipt", receive, receipt, scene.numbers)
    inside = picking(scene, "int", scene.stock, scene.shelf, count - SINGLES)
    meter("internal transfer", finish, inside)
    delivery = picking(scene, "out", scene.shelf, scene.customers, count - SINGLES)
    meter("delivery", finish, delivery)
    singles = [picking(scene, "out", scene.stock, scene.customers, 1) for _n in range(SINGLES)]
    meter("one unit", lambda: [finish(one) for one in singles])
    check(scene, ours)
    return meter.figures


def rehearse(scene):
    """Receive and deliver two numbers."""
    receive(picking(scene, "in", scene.suppliers, scene.stock, 2), scene.numbers)
    finish(picking(scene, "out", scene.stock, scene.customers, 2))


def prepare(env, count):
    """A serial-numbered product, places, and numbers."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    stock = warehouse.lot_stock_id
    product = {"name": "Device", "is_storable": True, "tracking": "serial"}
    shelf = {"name": "Bench", "usage": "internal", "location_id": stock.id}
    return SimpleNamespace(
        env=env,
        count=count,
        warehouse=warehouse,
        stock=stock,
        shelf=env["stock.location"].create(shelf),
        suppliers=env.ref("stock.stock_location_suppliers"),
        customers=env.ref("stock.stock_location_customers"),
        product=env["product.product"].create(product),
        numbers=[f"GATE{index:07}" for index in range(count)],
    )


def picking(scene, kind, source, dest, count):
    """A transfer that is ready."""
    where = {"location_id": source.id, "location_dest_id": dest.id}
    goods = {"product_id": scene.product.id, "product_uom_qty": count}
    made = scene.env["stock.picking"].create(
        {
            **where,
            "picking_type_id": scene.warehouse[f"{kind}_type_id"].id,
            "move_ids": [(0, 0, {**goods, **where})],
        }
    )
    made.action_confirm()
    made.action_assign()
    return made


def receive(receipt, numbers):
    """Numbers on the lines, in one write, as Odoo's dialog of numbers does; then validate."""
    move = receipt.move_ids
    pairs = zip(move.move_line_ids.ids, numbers, strict=True)
    move.move_line_ids = [(1, line, {"lot_name": number}) for line, number in pairs]
    finish(receipt)


def finish(transfer):
    """Validate; stop if that asks for anything."""
    transfer.move_ids.picked = True
    expect("validated", transfer.button_validate(), True)


def check(scene, ours):
    """What must be there after a round, or the figures mean nothing."""
    quants = scene.env["stock.quant"].search(
        [("product_id", "=", scene.product.id), ("location_id", "=", scene.customers.id)]
    )
    expect("delivered", sum(quants.mapped("quantity")), scene.count)
    if ours:
        events = [("product_id", "=", scene.product.id)]
        moved = 3 * scene.count - SINGLES
        expect("events", scene.env["trace.event"].search_count(events), moved)


def expect(what, found, wanted):
    """Stop if something is not as it must be."""
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


# -- holds ----------------------------------------------------------------------


def stop(env, count):
    """Place holds on many lots, three times; returns the figures.

    The goods are committed before they are stopped, as they are in a warehouse: rows that a
    transaction has made itself the database checks against other tables whenever they are
    written again.
    """
    meter = Meter(env)
    env["trace.policy"].search([]).active = False
    scene = prepare(env, 0)
    scene.product.tracking = "lot"
    for name, reserved, goods in (
        ("in stock", 0, "stay"),
        ("reserved", RESERVED, "stay"),
        ("to quarantine", 0, "move"),
    ):
        lots = stock_of(scene, name, count)
        waiting = reserve(scene, lots, name, min(reserved, count))
        quarantine(scene)
        env.cr.commit()
        meter(name, lambda lots=lots, goods=goods: hold(env, lots, goods))
        expect(f"{name}: held", set(lots.mapped("trace_status")), {"held"})
        expect(f"{name}: reserved of them", len(waiting.move_line_ids.lot_id & lots), 0)
        waiting.action_cancel()
    return meter.figures


def hold(env, lots, goods):
    """Place one hold on each lot."""
    env["trace.hold"]._place(lots, "leaking", goods=goods)


def quarantine(scene):
    """A place where held goods go."""
    if not scene.stock._trace_quarantine_for(scene.env.company):
        values = {"name": "Bench quarantine", "usage": "internal", "trace_quarantine": True}
        parent = scene.warehouse.view_location_id.id
        scene.env["stock.location"].create({**values, "location_id": parent})


def stock_of(scene, name, count):
    """Lots of which a unit each is in stock."""
    lots = scene.env["stock.lot"].create(
        [{"name": f"{name} {index:07}", "product_id": scene.product.id} for index in range(count)]
    )
    scene.env["stock.quant"].create(
        [
            {
                "product_id": scene.product.id,
                "location_id": scene.shelf.id,
                "lot_id": lot.id,
                "quantity": 1,
            }
            for lot in lots
        ]
    )
    return lots


def reserve(scene, lots, name, count):
    """Transfers of 10 units each that have reserved ``count`` of the lots; other lots are there."""
    waiting = scene.env["stock.picking"]
    for _n in range(count // 10):
        waiting |= picking(scene, "out", scene.shelf, scene.customers, 10)
    expect("reserved", len(waiting.move_line_ids.lot_id & lots), count)
    stock_of(scene, f"{name}, instead", count)
    return waiting


# -- expiry ---------------------------------------------------------------------


def expire(env, count):
    """Evaluate a stock twice; returns the figures."""
    # As the scheduled job does it.
    env = env(su=True)
    meter = Meter(env)
    expiry_data.fill(env, count)
    runs = env["trace.expiry.run"]
    for name in ("first time", "again"):
        run = meter(name, runs._evaluate)
        expect(f"{name}: done", run.phase, "done")
    expect("again: changed", run.changed, 0)
    return meter.figures


# -- servers that take turns ------------------------------------------------------


class Worker:
    """A process with Odoo and one database, which plays a round when it is asked to."""

    def __init__(self, side):
        self.side = side
        database = os.environ[DATABASES[SIDES[side][0]]]
        self.process = subprocess.Popen(
            [sys.executable, sys.argv[0], "serve", side, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, what, count):
        """The figures of one round."""
        self.process.stdin.write(f"{what} {count}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.side}: {what} failed")
        return json.loads(line)

    def end(self):
        """Let the process go."""
        self.process.stdin.close()
        self.process.wait()


def serve(side, database):
    """Play what is asked for on standard input; nothing stays in the database."""
    who, single = SIDES[side]
    answers, sys.stdout = sys.stdout, sys.stderr
    with odoo(database) as env:
        for line in sys.stdin:
            what, count = line.split()
            args = (env, who == "ours", single, int(count)) if what == "play" else (env, int(count))
            figures = {"play": play, "stop": stop, "expire": expire}[what](*args)
            env.cr.rollback()
            env.transaction.reset()
            print(json.dumps(figures), file=answers, flush=True)


def overhead(count, rounds):
    """Measure what gate and ledger cost and print it; whether a target is missed."""
    workers = {side: Worker(side) for side in SIDES}
    for worker in workers.values():
        worker.play("play", 50)
    runs = {side: [] for side in SIDES}
    for number in range(rounds):
        # Who comes first changes: what one leaves in the machine's caches helps the next.
        for side in sorted(SIDES, reverse=number % 2):
            runs[side].append(workers[side].play("play", count))
    for worker in workers.values():
        worker.end()
    missed = False
    for side, title, ratio in (
        ("single", "Gate and ledger (booked one by one)", RATIO),
        ("ours", "As it comes (booked in batches)", None),
    ):
        print(f"\n{title}, {count:,} serial numbers, policies off\n{FORM.format(*HEAD)}")
        for name in runs["plain"][0]:
            missed |= print_pair(name, runs["plain"], runs[side], name, ratio)
    return missed


def print_pair(title, plain, ours, name, target):
    """A row: medians, and the median of the ratios of the rounds; whether it misses its target."""
    plain, ours = ([one[name] for one in runs] for runs in (plain, ours))
    batches = SINGLES if name == "one unit" else 1
    seconds, cpu = (median(b[i] / a[i] for a, b in zip(plain, ours, strict=True)) for i in (0, 1))
    middle = [[median(column) for column in zip(*runs, strict=True)] for runs in (plain, ours)]
    more = (middle[1][2] - middle[0][2]) / batches
    missed = target is not None and (round(seconds, 2) > target or more > QUERIES)
    verdict = "" if target is None else "NO" if missed else "met"
    times = [f"{one[0]:.3f}" for one in middle], [f"{one[1]:.3f}" for one in middle]
    print(
        FORM.format(
            title if batches == 1 else f"{title}, {batches} deliveries",
            *times[0],
            f"{seconds:.3f}",
            target or "-",
            verdict,
            *times[1],
            f"{cpu:.3f}",
            *(f"{one[i]:.0f}" for i in (2, 3) for one in middle),
        ),
        f"({more:+.1f} a batch)",
        flush=True,
    )
    return missed


def alone(what, title, count, target=None):
    """Measure what plain Odoo does not do, and print it; whether a target is missed."""
    worker = Worker("ours")
    figures = worker.play(what, count)
    worker.end()
    head = f"{'':44}{'seconds':>9}{'target':>9} {'':5}{'CPU':>8}{'queries':>9}{'MB':>8}"
    print(f"\n{title}\n{head}")
    missed = False
    for name, (seconds, cpu, queries, memory) in figures.items():
        late = target is not None and seconds > target
        missed |= late
        verdict = "" if target is None else "NO" if late else "met"
        times = f"{seconds:9.2f}{target or '-':>9} {verdict:5}{cpu:8.2f}"
        print(f"{name:44}{times}{queries:9}{memory:8.0f}", flush=True)
    return missed


def main(count=COUNT, rounds=ROUNDS, lots=LOTS, stock=STOCK):
    """Measure and print; 1 if a target is missed."""
    if count <= SINGLES:
        sys.exit(f"More than {SINGLES} numbers are needed.")
    missed = overhead(count, rounds)
    missed |= alone("stop", f"Placing holds on {lots:,} lots", lots, SECONDS)
    missed |= alone("expire", f"Evaluating {stock:,} lots", stock)
    return int(missed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        sizes = sys.argv[1:] or os.environ.get("BENCH_GATE", "").split()
        sys.exit(main(*map(int, sizes)))
