"""One lot's whole way, from the supplier's shipping notice to the customer.

Played into the database when the add-on is installed with demo data, by ``make demo``
and by a system test: always the real code, on the notice in this folder. Each play has
its own number, so it can be played again in the same database.
"""

import base64
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from odoo import Command, fields

FOLDER = Path(__file__).parent
NOTICE = FOLDER / "despatch_advice_0001.xml"

FORMULA_GTIN = "09501101530003"
THERMOMETER_GTIN = "09501101530010"


def main(env, say=print):
    """Play the story once more and print each step; the caller commits."""
    return Story(env, say).play()


def prepare(env):
    """Leave an open order and its notice's file name for somebody to try by hand."""
    story = Story(env, lambda *_words: None)
    order = story.order()
    return order, story.notice_name


#: Lots of drops that are in the cold room: number, days left, quantity.
DROPS = (
    ("PD-EXPIRED", -3, 12),
    ("PD-PULL", 9, 24),
    ("PD-STOP", 22, 30),
    ("PD-WARN", 75, 48),
    ("PD-FRESH", 170, 96),
)


def fill_the_cold_room(env):
    """Goods of all ages for the list of expiring goods, received through a real receipt."""
    story = Story(env, lambda *_words: None)
    warehouse, drops = story._ref("warehouse_dc"), story._ref("drops")
    source = story.env.ref("stock.stock_location_suppliers")
    receipt = story.env["stock.picking"].create(
        {
            "picking_type_id": warehouse.in_type_id.id,
            "location_id": source.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "origin": "Cold room",
            "move_ids": [
                Command.create(
                    {
                        "product_id": drops.id,
                        "product_uom_qty": sum(quantity for _name, _left, quantity in DROPS),
                        "location_id": source.id,
                        "location_dest_id": warehouse.lot_stock_id.id,
                    }
                )
            ],
        }
    )
    receipt.action_confirm()
    rows = [
        {
            "product_id": drops.id,
            "number": name,
            "expires": story.today + timedelta(days=left),
            "quantity": quantity,
        }
        for name, left, quantity in DROPS
    ]
    receipt._trace_capture_numbers(rows, "imported")
    # Odoo asks whether expired goods are meant: some are, for the list.
    story._validate(receipt.with_context(skip_expired=True))
    story.env["trace.expiry.run"].sudo()._evaluate()


class Story:
    """The seven steps, each said in a line with what it found.

    :param env: environment; the story is played as the administrator
    :param say: called with each line
    """

    def __init__(self, env, say):
        admin = env.ref("base.user_admin")
        self.env = env(
            user=admin,
            context={
                **admin.context_get(),
                "allowed_company_ids": env.ref("base.main_company").ids,
            },
        )
        # Installation has read records as the superuser; the player may see fewer.
        self.env.invalidate_all()
        self.say = say
        self.today = fields.Date.context_today(admin)
        self.number = self._next_number()
        self.short_lot = f"IF-2607-{self.number}C"
        self.good_lot = f"IF-2611-{self.number}A"
        self.facts = {"number": self.number}

    def _next_number(self):
        names = self.env["purchase.order"].search([("name", "=like", "TRACE-PO-%")]).mapped("name")
        return max((int(name.rpartition("-")[2]) for name in names), default=0) + 1

    def _ref(self, name):
        return self.env.ref(f"lot_serial_trace.demo_{name}")

    def serial(self, number):
        """A serial number of this play."""
        return f"T2-{self.number:04}-{number:03}"

    @property
    def notice_name(self):
        """File name of this play's notice."""
        return f"despatch_advice_{self.number:04}.xml"

    def play(self):
        """Play all steps; returns the facts found on the way."""
        order = self.order()
        asn = self.notice(order)
        receipt = self.receive(order, asn)
        self.put_away(receipt)
        self.to_the_shop()
        self.sell_at_the_till()
        self.deliver()
        self.trace()
        self.bad_input()
        self.figures()
        return self.facts

    # -- 1 and 2: order, notice, capture ---------------------------------------

    def order(self):
        """The order that the notice announces."""
        order = self.env["purchase.order"].create(
            {
                "name": f"TRACE-PO-{self.number:04}",
                "partner_id": self._ref("supplier").id,
                "picking_type_id": self._ref("warehouse_dc").in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self._ref(name).id,
                            "product_qty": quantity,
                            "price_unit": price,
                        }
                    )
                    for name, quantity, price in (("formula", 60, 14.5), ("thermometer", 6, 28.0))
                ],
            }
        )
        order.button_confirm()
        self.say(
            f"   Order {order.name} to {order.partner_id.name}, receipt {order.picking_ids.name}"
        )
        return order

    def notice_file(self):
        """The notice of this play: the file in this folder with numbers and dates of today."""
        text = NOTICE.read_text(encoding="utf-8")
        for old, new in (
            ("TRACE-PO-0001", f"TRACE-PO-{self.number:04}"),
            ("AM-LS-0001", f"AM-LS-{self.number:04}"),
            ("T2-0001-", f"T2-{self.number:04}-"),
            ("IF-2611-A", self.good_lot),
            ("IF-2607-C", self.short_lot),
            ("2026-11-20", self.today.isoformat()),
            ("2026-11-30", (self.today + timedelta(days=45)).isoformat()),
            ("2028-03-31", (self.today + timedelta(days=500)).isoformat()),
        ):
            text = text.replace(old, new)
        return text.encode()

    def notice(self, order):
        """The supplier's UBL Despatch Advice is uploaded and matched."""
        asn = self._import(self.notice_name, self.notice_file())
        self.facts.update(asn_state=asn.state, asn_id=asn.id, asn_receipt=asn.picking_ids.ids)
        self.say(
            f"2  Notice {asn.display_name}: {asn.state}, {len(asn.unit_ids)} numbers, "
            f"order {order.name}, receipt {', '.join(asn.picking_ids.mapped('name'))}"
        )
        return asn

    def _import(self, name, data):
        """The notice that a file is."""
        answer = self.env["trace.asn"].import_document(
            name=name, content_base64=base64.b64encode(data).decode()
        )
        return self.env["trace.asn"].browse(answer["id"])

    def receive(self, order, asn):
        """Lots and serial numbers are scanned: one is missing, one unexpected, one expires soon."""
        receipt = order.picking_ids
        good, short = self.today + timedelta(days=500), self.today + timedelta(days=45)
        codes = [
            f"]C101{FORMULA_GTIN}17{good:%y%m%d}3048\x1d10{self.good_lot}",
            f"(01){FORMULA_GTIN}(17){short:%y%m%d}(30)12(10){self.short_lot}",
        ]
        codes += [f"]d201{THERMOMETER_GTIN}21{self.serial(n)}" for n in (1, 2, 3, 4, 5, 99)]
        answers = [receipt.trace_scan(code, uuid=str(uuid4())) for code in codes]
        self.facts["scan_verdicts"] = [answer["verdict"] for answer in answers]
        self.say(
            f"1  Scanned {len(codes)} labels into {receipt.name}: "
            + ", ".join(
                f"{word} {self.facts['scan_verdicts'].count(word)}"
                for word in ("good", "warn", "stop")
            )
        )
        self._validate(receipt)
        exceptions = self.env["trace.exception"].search([("asn_id", "=", asn.id)], order="id")
        self.facts.update(
            receipt_state=receipt.state,
            asn_state_after=asn.state,
            exceptions=sorted(exceptions.mapped("kind")),
        )
        self.say(f"   Receipt {receipt.state}, notice {asn.state}, exceptions:")
        for exception in exceptions:
            self.say(f"   - {exception.name}")
        return receipt

    def _validate(self, picking):
        """Press Validate; confirm what the dialogs ask, as a person would who has looked."""
        # The story texts nobody and keeps no back orders.
        quiet = picking.with_context(skip_backorder=True, skip_sms=True)
        action = quiet.button_validate()
        while isinstance(action, dict) and action.get("res_model") == "trace.gate.wizard":
            wizard = self.env["trace.gate.wizard"].browse(action["res_id"])
            action = wizard.with_context(**action["context"]).action_continue()
        if picking.state != "done":
            raise AssertionError(f"{picking.name} should be done and is {picking.state}")

    # -- 3 and 4: places -------------------------------------------------------

    def _transfer(self, picking_type, source, dest, units, partner=None):
        """A done transfer of ``(product, number, quantity)``."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "partner_id": partner.id if partner else False,
                "origin": f"Story {self.number}",
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(q for p, _n, q in units if p == product),
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        }
                    )
                    for product in {product for product, _n, _q in units}
                ],
            }
        )
        picking.action_confirm()
        for product, number, quantity in units:
            gtin = product.barcode.zfill(14)
            ai = "21" if product.tracking == "serial" else "10"
            count = "" if product.tracking == "serial" else f"(30){quantity}"
            answer = picking.trace_scan(f"(01){gtin}{count}({ai}){number}")
            if answer["verdict"] == "stop":
                raise AssertionError(answer["message"])
        self._validate(picking)
        return picking

    def put_away(self, receipt):
        """From the dock to a shelf."""
        shelf = self.env["stock.location"].search(
            [("name", "=", "Shelf A1"), ("location_id", "=", self._stock("dc").id)]
        ) or self.env["stock.location"].create(
            {"name": "Shelf A1", "location_id": self._stock("dc").id, "usage": "internal"}
        )
        self.shelf = shelf
        units = [(self._ref("formula"), self.good_lot, 48)]
        units += [(self._ref("thermometer"), self.serial(n), 1) for n in (1, 2, 3)]
        picking = self._transfer(
            self._ref("warehouse_dc").int_type_id, self._stock("dc"), shelf, units
        )
        self.say(f"3  Put away with {picking.name}: {len(units)} numbers to {shelf.display_name}")

    def _stock(self, name):
        return self._ref(f"warehouse_{name}").lot_stock_id

    def to_the_shop(self):
        """To the shop."""
        units = [(self._ref("formula"), self.good_lot, 12)]
        units += [(self._ref("thermometer"), self.serial(n), 1) for n in (1, 2)]
        picking = self._transfer(
            self._ref("warehouse_dc").int_type_id, self.shelf, self._stock("shop"), units
        )
        self.say(f"4  Moved to the shop with {picking.name}")

    # -- 5: sale and delivery --------------------------------------------------

    def sell_at_the_till(self):
        """A thermometer and two tins are sold at the till, through its own interface."""
        order = self._sell(
            [
                self._till_line("thermometer", 1, [self.serial(1)]),
                self._till_line("formula", 2, [self.good_lot]),
            ]
        )
        self.facts.update(
            pos_state=order.state, pos_picking_states=order.picking_ids.mapped("state")
        )
        self.say(
            f"5  Sold at the till: {order.name} to {order.partner_id.name}, "
            f"{self.serial(1)} and 2 of {self.good_lot}"
        )
        warranty = self.env["trace.warranty"].search([("number", "=", self.serial(1))], limit=1)
        self.facts["warranty"] = warranty.state
        self.say(f"   {warranty._sentence()}: {warranty.number}")

    def _sell(self, lines, name="Order"):
        """What the till sends of a sale that is paid, and the order that the server makes."""
        session = self._till_session()
        total = sum(line[2]["price_subtotal_incl"] for line in lines)
        now = fields.Datetime.to_string(fields.Datetime.now())
        payment = {
            "amount": total,
            "name": now,
            "payment_method_id": session.payment_method_ids[:1].id,
        }
        data = {
            "name": f"{name} {self.number}",
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "state": "paid",
            "session_id": session.id,
            "company_id": self.env.company.id,
            "user_id": self.env.uid,
            "partner_id": self._ref("parent").id,
            "pricelist_id": session.config_id.pricelist_id.id,
            "date_order": now,
            "lines": lines,
            "payment_ids": [Command.create(payment)],
            "amount_paid": total,
            "amount_total": total,
            "amount_tax": total - sum(line[2]["price_subtotal"] for line in lines),
            "amount_return": 0,
            "to_invoice": False,
        }
        uuid = data["uuid"]
        self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].search([("uuid", "=", uuid)])

    def _till_session(self):
        shop = self._ref("warehouse_shop")
        config = self.env["pos.config"].search(
            [("picking_type_id", "=", shop.pos_type_id.id)], limit=1
        )
        if not config:
            config = self.env["pos.config"].create(
                {"name": "Shop Main Street", "picking_type_id": shop.pos_type_id.id}
            )
            self._cash_method(config)
        if not config.current_session_id:
            config.open_ui()
            config.current_session_id.set_opening_control(0, "")
        return config.current_session_id

    def _cash_method(self, config):
        """A drawer of its own: Odoo gives each till its cash."""
        journal = self.env["account.journal"].create(
            {"name": "Cash Main Street", "code": "CSHMS", "type": "cash"}
        )
        method = self.env["pos.payment.method"].create(
            {"name": "Cash Main Street", "journal_id": journal.id}
        )
        config.payment_method_ids = method

    def _till_line(self, name, quantity, numbers):
        product = self._ref(name)
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        computed = taxes.compute_all(product.lst_price, self.env.company.currency_id, quantity)
        return Command.create(
            {
                "uuid": str(uuid4()),
                "product_id": product.id,
                "qty": quantity,
                "price_unit": product.lst_price,
                "discount": 0,
                "tax_ids": [Command.set(taxes.ids)],
                "price_subtotal": computed["total_excluded"],
                "price_subtotal_incl": computed["total_included"],
                "pack_lot_ids": [Command.create({"lot_name": number}) for number in numbers],
            }
        )

    def deliver(self):
        """The pharmacy's order is picked by scanning and shipped."""
        sale = self.env["sale.order"].create(
            {
                "partner_id": self._ref("pharmacy").id,
                "warehouse_id": self._ref("warehouse_dc").id,
                "order_line": [
                    Command.create({"product_id": self._ref(name).id, "product_uom_qty": quantity})
                    for name, quantity in (("formula", 10), ("thermometer", 1))
                ],
            }
        )
        sale.action_confirm()
        picking = sale.picking_ids
        picking.move_line_ids.unlink()
        for code in (
            f"(01){FORMULA_GTIN}(30)10(10){self.good_lot}",
            f"(01){THERMOMETER_GTIN}(21){self.serial(3)}",
        ):
            answer = picking.trace_scan(code)
            if answer["verdict"] == "stop":
                raise AssertionError(answer["message"])
        self._validate(picking)
        self.facts["delivery_state"] = picking.state
        self.say(
            f"5  Delivered with {picking.name} to {sale.partner_id.name}: "
            f"{self.serial(3)} and 10 of {self.good_lot}"
        )

    # -- 6 and 7: answers ------------------------------------------------------

    def trace(self):
        """Where did the sold thermometer come from, and who has the lot now?"""
        lots = self.env["stock.lot"].search([("name", "in", [self.serial(1), self.good_lot])])
        for lot in lots.sorted("name", reverse=True):
            run = self.env["trace.run"]._ask(lot, "customer")
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                "lot_serial_trace.report_trace_run", run.ids
            )
            key = "serial" if lot.product_id.tracking == "serial" else "lot"
            self.facts[f"trace_{key}"] = {
                "suppliers": run.supplier_ids.mapped("partner_name"),
                "steps": run.path_ids.mapped("biz_step"),
                "customers": run.customer_ids.mapped("partner_name"),
                "stock": {line.dest_name: line.quantity for line in run.stock_ids},
                "queries": run.query_count,
                "seconds": run.seconds,
                "run_id": run.id,
                "printed": len(html),
            }
            self.say(
                f"6  Trace of {lot.name}: "
                f"from {', '.join(run.supplier_ids.mapped('partner_name'))}; "
                f"{' > '.join(run.path_ids.mapped('biz_step'))}; to "
                f"{', '.join(run.customer_ids.mapped('partner_name'))}; on hand "
                + (
                    ", ".join(f"{line.quantity:g} in {line.dest_name}" for line in run.stock_ids)
                    or "none"
                )
                + f"  [{run.seconds * 1000:.1f} ms, {run.query_count} queries]"
            )

    def bad_input(self):
        """What is wrong gets a sentence, its original is kept, and nothing is lost."""
        self.say("   What goes wrong is said:")
        notices = self.env["trace.asn"]
        file = self.notice_file()
        broken = file[: len(file) // 2]
        stranger = (
            file.replace(b"4012345000009", b"4098765000005")
            .replace(b"Alpenmilch Kooperative eG", b"Nobody We Know Ltd")
            .replace(b"AM-LS-", b"NW-LS-")
        )
        for key, name, data in (
            ("broken", f"broken_{self.number:04}.xml", broken),
            ("stranger", f"stranger_{self.number:04}.xml", stranger),
        ):
            answer = notices.import_document(
                name=name, content_base64=base64.b64encode(data).decode()
            )
            exception = self.env["trace.exception"].search(
                [
                    "|",
                    ("exchange_id", "=", answer["exchange"]),
                    ("asn_id", "in", [notice["id"] for notice in answer["notices"]]),
                ],
                order="id",
                limit=1,
            )
            self.facts[key] = {
                "state": answer["state"],
                "said": exception.name,
                "remedy": exception.remedy,
            }
            said = exception.name.rstrip(".")
            self.say(f"   - {name}: {answer['state']}. {said}. {exception.remedy}")
        answer = self.open_order().picking_ids.trace_scan(f"(01){FORMULA_GTIN[:-1]}4(10)X1")
        self.facts["wrong_check_digit"] = answer["message"]
        self.say(f"   - scan with a wrong check digit: {answer['verdict']}. {answer['message']}")

    def open_order(self):
        """Leave an order whose notice, attached to it, can be uploaded by hand."""
        following = Story(self.env, lambda *_words: None)
        order = following.order()
        order.message_post(
            body=self.env._("The supplier mailed this shipping notice."),
            attachments=[(following.notice_name, following.notice_file())],
        )
        self.facts["open_order"] = order.name
        return order

    def figures(self):
        """What the ledger holds of this play."""
        events = self.env["trace.event"].search_count(
            [("lot_name", "in", [self.good_lot, self.short_lot, *map(self.serial, range(100))])]
        )
        self.facts["events"] = events
        self.say(f"7  The ledger holds {events} events of this story; none can be changed.")
