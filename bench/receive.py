"""Receiving, moving and delivering serial numbers, beside plain Odoo.

With the add-on a receipt is more work: the supplier's notice is read and matched, numbers are
captured with a scan each, compared with the notice and written into the ledger. All of that is
measured; plain Odoo gets the numbers as Odoo's own dialogs write them, and validates.

    make bench k=receive
    python bench/receive.py 1000        (with the environment that make bench gives)
"""

import json
import sys
from types import SimpleNamespace

from common import Meter, measure, odoo, print_head, print_row, total

COUNTS = (1000, 10000)
#: How often each count is measured.
ROUNDS = {1000: 3}
RECEIPT = {1000: 0.7, 10000: 0.5}
MOVE = 0.5
#: Moves and deliveries are measured up to here.
MOVED = 1000
GTIN, GLN = "4099999001002", "4099999000005"
NOTICE = """<?xml version="1.0" encoding="UTF-8"?>
<DespatchAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>BENCH</cbc:ID><cbc:IssueDate>2026-01-31</cbc:IssueDate>
<cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>
<cac:DespatchSupplierParty><cac:Party><cac:PartyIdentification>
<cbc:ID schemeID="0088">{gln}</cbc:ID></cac:PartyIdentification></cac:Party>
</cac:DespatchSupplierParty>
<cac:DeliveryCustomerParty><cac:Party><cac:PartyName><cbc:Name>We</cbc:Name></cac:PartyName>
</cac:Party></cac:DeliveryCustomerParty>
<cac:DespatchLine><cbc:ID>1</cbc:ID><cbc:DeliveredQuantity unitCode="C62">{count}
</cbc:DeliveredQuantity><cac:OrderLineReference><cbc:LineID>1</cbc:LineID>
</cac:OrderLineReference><cac:Item><cbc:Name>Device</cbc:Name><cac:StandardItemIdentification>
<cbc:ID schemeID="0160">{gtin}</cbc:ID></cac:StandardItemIdentification>{units}</cac:Item>
</cac:DespatchLine></DespatchAdvice>"""
UNIT = "<cac:ItemInstance><cbc:SerialID>{}</cbc:SerialID></cac:ItemInstance>"


# -- in one database ----------------------------------------------------------


def play(who, env, count):
    """Receive, and for small counts move and deliver; returns the figures."""
    meter = Meter(env)
    scene = prepare(env, count)
    {"plain": receive_plain, "ours": receive_ours}[who](meter, scene)
    check(who, scene)
    if count <= MOVED:
        move(meter, scene, "int", scene.stock, scene.shelf)
        move(meter, scene, "out", scene.shelf, env.ref("stock.stock_location_customers"))
    return meter.figures


def prepare(env, count):
    """A serial-numbered product, ordered from a supplier, and numbers for it."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    values = {"is_storable": True, "tracking": "serial", "barcode": GTIN}
    product = env["product.product"].create({"name": "Device", **values})
    supplier = env["res.partner"].create(
        {"name": "Supplier", "is_company": True, "global_location_number": GLN}
    )
    order = env["purchase.order"].create(
        {
            "partner_id": supplier.id,
            "order_line": [
                (0, 0, {"product_id": product.id, "product_qty": count, "price_unit": 1})
            ],
        }
    )
    order.button_confirm()
    shelf = env["stock.location"].create(
        {"name": "Bench", "usage": "internal", "location_id": warehouse.lot_stock_id.id}
    )
    return SimpleNamespace(
        env=env,
        count=count,
        warehouse=warehouse,
        stock=warehouse.lot_stock_id,
        shelf=shelf,
        product=product,
        order=order,
        receipt=order.picking_ids.with_prefetch(),
        numbers=[f"BENCH{index:07}" for index in range(count)],
    )


def receive_plain(meter, scene):
    """Numbers on the reserved lines, in one write, as Odoo's dialog of numbers does."""
    move = scene.receipt.move_ids.with_prefetch()
    pairs = list(zip(move.move_line_ids.ids, scene.numbers, strict=True))
    commands = [(1, line, {"lot_name": number}) for line, number in pairs]
    meter("numbers", move.write, {"move_line_ids": commands})
    meter("receipt", scene.receipt.button_validate)


def receive_ours(meter, scene):
    """The notice arrives, numbers are captured, the receipt is validated."""
    units = "".join(map(UNIT.format, scene.numbers))
    data = NOTICE.format(
        order=scene.order.name, gln=GLN, gtin=GTIN, count=scene.count, units=units
    ).encode()
    notices = scene.env["trace.asn"]
    scene.notice = meter("notice", notices._import, data, "bench.xml")
    rows = [{"product_id": scene.product.id, "number": number} for number in scene.numbers]
    said = meter("numbers", scene.receipt._trace_capture_numbers, rows, "imported")
    expect("captured", said["added"], scene.count)
    expect("refused or warned", len(said["refused"]) + said["warned"], 0)
    meter("receipt", scene.receipt.button_validate)


def move(meter, scene, kind, source, dest):
    """Reserve all units for a transfer and validate it."""
    where = {"location_id": source.id, "location_dest_id": dest.id}
    product = {"product_id": scene.product.id, "product_uom_qty": scene.count}
    picking = scene.env["stock.picking"].create(
        {
            **where,
            "picking_type_id": scene.warehouse[f"{kind}_type_id"].id,
            "move_ids": [(0, 0, {**product, **where})],
        }
    )

    def reserve():
        picking.action_confirm()
        picking.action_assign()

    meter(f"{kind} reserve", reserve)
    expect("reserved", len(picking.move_line_ids.lot_id), scene.count)
    meter(f"{kind} validate", picking.button_validate)
    expect("moved", units_in(scene, dest), scene.count)


def check(who, scene):
    """What must be there after a receipt, or the figures mean nothing."""
    expect("receipt", scene.receipt.state, "done")
    expect("lots", len(scene.receipt.move_line_ids.lot_id), scene.count)
    expect("stock", units_in(scene, scene.stock), scene.count)
    if who == "ours":
        of_product = [("product_id", "=", scene.product.id)]
        for model in ("trace.event", "trace.scan"):
            expect(model, scene.env[model].search_count(of_product), scene.count)
        expect("notice", scene.notice.state, "reconciled")
        expect("exceptions", scene.env["trace.exception"].search_count(of_product), 0)


def units_in(scene, place):
    """Units of the product that lie in a place."""
    quants = scene.env["stock.quant"].search(
        [("product_id", "=", scene.product.id), ("location_id", "=", place.id)]
    )
    return sum(quants.mapped("quantity"))


def expect(what, found, wanted):
    """Stop if something is not as it must be."""
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


# -- all of it ----------------------------------------------------------------


def main(counts):
    """Measure and print; 1 if a target is missed."""
    missed = False
    for count in counts:
        plain, ours = measure(count, rounds=ROUNDS.get(count, 1)).values()
        print_head(f"{count:,} serial numbers")
        for name, parts, target in rows(count):
            missed |= print_row(name, total(plain, *parts), total(ours, *parts), target)
    return int(missed)


def rows(count):
    """Name, what is added up, and target of each row."""
    yield "notice read and matched", ["notice"], None
    yield "numbers put on the receipt, with scans", ["numbers"], None
    yield "validated, compared with the notice, ledger", ["receipt"], None
    yield "receipt, all of it", ["notice", "numbers", "receipt"], RECEIPT.get(count)
    if count > MOVED:
        return
    for kind, name in (("int", "internal transfer"), ("out", "delivery")):
        yield f"{name} reserved", [f"{kind} reserve"], None
        yield f"{name} validated", [f"{kind} validate"], None
        yield f"{name}, all of it", [f"{kind} reserve", f"{kind} validate"], MOVE


if __name__ == "__main__":
    if sys.argv[1:2] in (["plain"], ["ours"]):
        side, database, number = sys.argv[1:]
        with odoo(database) as environment:
            print(json.dumps(play(side, environment, int(number))))
    else:
        sys.exit(main([int(text) for text in sys.argv[1:]] or COUNTS))
