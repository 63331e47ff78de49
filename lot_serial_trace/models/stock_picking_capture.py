from collections import namedtuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.fill import Spot, Want, fill
from .stock_package import ADVISED
from .trace_capture import PLACE
from .trace_scan import STEPS

#: A number that was given: its place in the list, product, values as asked for, and its lot.
Given = namedtuple("Given", "index product row lot")


class StockPicking(models.Model):
    """Many numbers on a transfer at once: pasted, imported, advised or generated.

    ``_trace_capture_numbers`` does for a list what ``trace_scan`` does for a label:
    look the numbers up, refuse what cannot be taken, find each its line
    (``core/fill.py``), ask the gate, keep a ``trace.scan`` of each. The number of
    statements does not grow with the list but for Odoo's own batches of inserts.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def _trace_capture_numbers(self, rows, method, **details):
        """Put lot and serial numbers on the lines of the transfer.

        Idempotent: a number that is picked on the transfer is not added again.

        :param rows: list of dicts: ``product_id``, ``number``, and where known ``batch``,
            ``expires`` and ``made`` (dates), ``quantity`` (in the product's unit; None is one for a
            serial number and all that is left for a lot), ``package`` (SSCC of the
            package that the number arrives in)
        :param method: ``pasted``, ``imported``, ``asn`` or ``generated``
        :param details: ``device`` and ``reason`` for the scans
        :return: dict: ``added`` and ``again`` (how many), ``warned`` (how many of those
            added have a warning), ``refused`` (list of dicts ``index`` into ``rows``,
            ``number``, ``message``), ``line_ids`` of the lines that were filled
        :raises UserError: if the transfer is finished
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in ("done", "cancel"):
            raise UserError(self.env._("%s is finished. Open the next transfer.", self.name))
        self._trace_one_at_a_time()
        refused = {}
        given = self._trace_accept_rows(rows, refused)
        plans = self._trace_plan(given, refused)
        filled = self._trace_carry_out(given, plans)
        self.env["stock.move.line"].union(*(line for _i, line, _q in filled))._trace_put_away()
        said = self._trace_ask_about(filled, method, refused)
        again = sum(len(plan.again) for plan in plans.values())
        lines = self._trace_take_back(filled, refused)
        self._trace_note_numbers(given, filled, refused, said, method, details)
        if lines:
            self.sudo().trace_asn_ids._start_receiving()
        return {
            "added": len({index for index, _line, _qty in filled if index not in refused}),
            "again": again,
            "warned": len(said.keys() - refused.keys()),
            "refused": [
                {"index": index, "number": rows[index].get("number") or "", "message": message}
                for index, message in sorted(refused.items())
            ],
            "line_ids": lines.ids,
        }

    def _trace_one_at_a_time(self):
        """Of two that send the same list at once, the second one sees what the first one did."""
        self.env.cr.execute(
            SQL("UPDATE stock_picking SET write_date = write_date WHERE id = %s", self.id)
        )

    # -- what was given -------------------------------------------------------

    def _trace_accept_rows(self, rows, refused):
        """The rows that can be put on the transfer: dict index -> :class:`Given`.

        :param refused: dict index -> sentence, filled here
        """
        products = self._trace_open_moves().product_id
        lots = self._trace_known_lots(rows)
        given = {}
        for index, row in enumerate(rows):
            product = products.browse(row.get("product_id"))
            lot = lots.get((product.id, row.get("number")), self.env["stock.lot"])
            given[index] = Given(index, product, row, lot)
            message = self._trace_why_not(given[index], products)
            if message:
                refused[index] = message
        return given

    def _trace_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _trace_known_lots(self, rows):
        """dict (product id, number) -> lot, the company's own before shared ones: one query."""
        pairs = {(row.get("product_id") or 0, row.get("number") or "") for row in rows}
        ids = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM unnest(%s::int[], %s::varchar[]) AS c(product_id, name)
                JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                WHERE l.company_id IS NULL OR l.company_id = %s
                ORDER BY l.company_id NULLS FIRST, l.id DESC
                """,
                [product_id for product_id, _number in pairs],
                [number for _product_id, number in pairs],
                self.company_id.id,
            )
        )
        lots = self.env["stock.lot"].browse(lot_id for (lot_id,) in ids)
        return {(lot.product_id.id, lot.name): lot for lot in lots}

    def _trace_why_not(self, given, products):
        """Why a number cannot be taken, or nothing."""
        row, product = given.row, given.product
        quantity = row.get("quantity")
        if product not in products:
            return self.env._(
                "%(number)s: its product is not on %(transfer)s. Ask the office.",
                number=row.get("number"),
                transfer=self.name,
            )
        names = {"product": product.display_name, "number": row.get("number") or ""}
        if product.tracking == "none":
            return self.env._("%(product)s carries no lot or serial numbers.", **names)
        if not row.get("number"):
            return self.env._("A number of %(product)s is empty.", **names)
        if quantity is not None and product.uom_id.compare(quantity, 0) <= 0:
            return self.env._("%(number)s: the quantity is not more than zero.", **names)
        if product.tracking == "serial" and quantity and product.uom_id.compare(quantity, 1):
            return self.env._("%(number)s is a serial number: there is one of it.", **names)
        if not given.lot and not self.picking_type_id.use_create_lots:
            return self.env._("%(number)s of %(product)s is not known here.", **names)
        return self._trace_other_expiry(given.lot, row)

    def _trace_other_expiry(self, lot, row):
        if not (row.get("expires") and lot.expiration_date):
            return ""
        known = self.env["trace.calendar"]._day(lot.expiration_date, self.company_id)
        if known == row["expires"]:
            return ""
        return self.env._(
            "%(number)s: the expiry is given as %(label)s but known as %(known)s. "
            "Put it aside and call Quality.",
            number=lot.name,
            label=row["expires"],
            known=known,
        )

    # -- where it goes --------------------------------------------------------

    def _trace_plan(self, given, refused):
        """dict product -> ``core.fill.Plan``."""
        wants = {}
        for item in given.values():
            if item.index not in refused:
                wants.setdefault(item.product, []).append(self._trace_want(item))
        spots, demand = self._trace_spots()
        plans = {}
        for product, asked in wants.items():
            plans[product] = plan = fill(
                asked,
                spots.get(product, []),
                demand[product],
                product.tracking == "serial",
                replace=not self.location_id.should_bypass_reservation(),
            )
            for index in plan.unclear:
                refused[index] = self.env._(
                    "%s: nothing is left to receive, and no quantity is given.",
                    given[index].row["number"],
                )
        return plans

    def _trace_want(self, item):
        row = item.row
        return Want(item.index, row["number"], row.get("quantity"), row.get("package") or "")

    def _trace_spots(self):
        """Lines and what is asked for, by product."""
        spots, demand = {}, {}
        for line in self.move_line_ids:
            if line.state not in ("done", "cancel") and line.move_id:
                number = line.lot_id.name or line.lot_name or ""
                spots.setdefault(line.product_id, []).append(
                    Spot(
                        line.id,
                        line.move_id.id,
                        number,
                        line.quantity_product_uom,
                        line.picked,
                        line.result_package_id.name or "",
                    )
                )
        for move in self._trace_open_moves():
            demand.setdefault(move.product_id, {})[move.id] = move.product_qty
        return spots, demand

    # -- carrying it out ------------------------------------------------------

    def _trace_carry_out(self, given, plans):
        """Fill lines and make new ones; returns list of (index, line, quantity)."""
        puts = [put for plan in plans.values() for put in plan.puts]
        self._trace_leave({key: qty for plan in plans.values() for key, qty in plan.left.items()})
        packages = self._trace_packages(given[put.index].row.get("package") for put in puts)
        quants = self._trace_quants(given[put.index].lot for put in puts)
        values = [self._trace_line_values(given[p.index], p, packages, quants) for p in puts]
        self.env["trace.capture"]._update_lines(
            {put.line: vals for put, vals in zip(puts, values, strict=True) if put.line}
        )
        new = [(put, vals) for put, vals in zip(puts, values, strict=True) if not put.line]
        created = iter(self._trace_create_lines(new))
        lines = self.env["stock.move.line"].browse(put.line for put in puts if put.line)
        filled = iter(lines)  # with all of them to read ahead
        return [
            (put.index, next(filled) if put.line else next(created), put.quantity) for put in puts
        ]

    def _trace_leave(self, left):
        """Take from lines without a number what numbered lines now carry."""
        for line_id, quantity in left.items():
            line = self.env["stock.move.line"].browse(line_id)
            line.quantity = line.product_id.uom_id._compute_quantity(
                quantity, line.product_uom_id, round=False
            )

    def _trace_packages(self, names):
        """dict name -> package that the goods arrive in; those not here yet are made."""
        names = sorted({name for name in names if name})
        if not names or self.picking_type_code != "incoming":
            return {}
        packages = self.env["stock.package"].search(
            [
                ("name", "in", names),
                ("company_id", "in", [False, self.company_id.id]),
                ("location_id", "=", False),
            ]
        )
        found = {package.name: package for package in packages}
        new = [{"name": name} for name in names if name not in found]
        made = packages.with_context(trace_advised=ADVISED).create(new).with_env(self.env)
        found.update({package.name: package for package in made})
        return found

    def _trace_quants(self, lots):
        """dict lot -> its quants below the transfer's source: one query."""
        lots = self.env["stock.lot"].union(*lots)
        if not lots or self.location_id.should_bypass_reservation():
            return {}
        return (
            self.env["stock.quant"]
            .search(
                [
                    ("lot_id", "in", lots.ids),
                    ("location_id", "child_of", self.location_id.id),
                    ("quantity", ">", 0),
                ]
            )
            .grouped("lot_id")
        )

    def _trace_line_values(self, item, put, packages, quants):
        product, row, lot = item.product, item.row, item.lot
        values = {
            "picked": True,
            "quantity": put.quantity,
            "product_uom_id": product.uom_id.id,
            "lot_id": lot.id,
            "lot_name": False if lot else row["number"],
        }
        if not lot and row.get("batch"):
            values["trace_batch"] = row["batch"]
        if not lot and row.get("made"):
            values["trace_made"] = row["made"]
        arrives = self.picking_type_code == "incoming"
        if arrives and row.get("expires") and product.use_expiration_date:
            values["expiration_date"] = self.env["trace.scan"]._end_of_day(
                row["expires"], self.company_id
            )
        if row.get("package") in packages:
            values["result_package_id"] = packages[row["package"]].id
        best = self._trace_best_quant(quants.get(lot), put)
        if best:
            values.update({name: best[name].id for name in PLACE})
        return values

    def _trace_best_quant(self, quants, put):
        """Where the number lies, unless the line has it reserved already."""
        if not quants:
            return None
        if put.line:
            line = self.env["stock.move.line"].browse(put.line)
            if line.lot_id == quants.lot_id:
                return None
        return max(
            quants,
            key=lambda q: (q.quantity - q.reserved_quantity >= put.quantity, q.quantity, -q.id),
        )

    def _trace_create_lines(self, new):
        """Create the lines of ``new``, a list of (put, values), with one ``create``."""
        if not new:
            return self.env["stock.move.line"]
        bases = {}
        for move in self.move_ids.browse({put.move for put, _values in new}):
            count = sum(put.quantity for put, _values in new if put.move == move.id)
            bases[move.id] = {
                **move._prepare_move_line_vals(quantity=0),
                "location_dest_id": self._trace_putaway(move, count).id,
            }
        return self.env["trace.capture"]._create_lines(
            [{**bases[put.move], **values} for put, values in new]
        )

    def _trace_putaway(self, move, quantity):
        """Where the goods go: as told by the move's other lines, else by Odoo's rules."""
        places = move.move_line_ids.location_dest_id
        if len(places) == 1:
            return places
        return move.location_dest_id._get_putaway_strategy(move.product_id, quantity=quantity)

    # -- what it says ---------------------------------------------------------

    def _trace_ask_about(self, filled, method, refused):
        """Ask the gate and the shipping notices: dict index -> warning.

        :param refused: dict index -> sentence, completed with what the gate blocks
        """
        gate = self.env["trace.gate"]
        index_of = {line: index for index, line, _quantity in filled}
        said = {}
        if method != "asn":
            said.update(self._trace_say_unadvised(index_of))
        for verdict in gate._examine(self.env["stock.move.line"].union(*index_of)):
            index = index_of[verdict.line]
            if verdict.severity == "block":
                remedy = self.env._(verdict.finding.kind.remedy)
                refused[index] = f"{gate._sentence(verdict)}. {remedy}"
            else:
                said.setdefault(index, gate._sentence(verdict))
        return said

    def _trace_say_unadvised(self, index_of):
        """Numbers that the shipping notices of the transfer do not have: index -> sentence."""
        items = self._trace_asn_expected().get(self.sudo(), [])
        if not items:
            return {}
        open_products = {item.product for item in items if not item.number}
        advised = {(item.product, item.number) for item in items}
        return {
            index: self.env._(
                "%s is not on the shipping notice.", line.lot_id.name or line.lot_name
            )
            for line, index in index_of.items()
            if line.product_id.id not in open_products
            and (line.product_id.id, line.lot_id.name or line.lot_name) not in advised
        }

    def _trace_take_back(self, filled, refused):
        """Undo what the gate blocks; returns the lines that stay."""
        none = self.env["stock.move.line"]
        blocked = none.union(*(line for index, line, _quantity in filled if index in refused))
        blocked.unlink()
        return none.union(*(line for index, line, _quantity in filled if index not in refused))

    def _trace_note_numbers(self, given, filled, refused, said, method, details):
        """Keep a scan of every number that was added or refused: one statement."""
        lines = {index: (line.id, quantity) for index, line, quantity in filled}
        kept = [item for item in given.values() if item.index in lines or item.index in refused]
        if not kept:
            return
        rows = [
            (
                item.row.get("number") or None,
                item.product.id or None,
                item.row.get("batch") or None,
                item.row.get("expires") or None,
                lines.get(item.index, (None, item.row.get("quantity")))[1],
                None if item.index in refused else lines[item.index][0],
                "stop" if item.index in refused else "warn" if item.index in said else "good",
                refused.get(item.index) or said.get(item.index),
            )
            for item in kept
        ]
        step = self.picking_type_code
        self.env["trace.scan"].sudo().flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_scan (uuid, raw, number, product_id, batch, expires, quantity,
                    move_line_id, verdict, message, form, step, picking_id, user_id, device,
                    method, reason, scanned_at, recorded_at, company_id, create_uid, create_date,
                    write_uid, write_date)
                SELECT gen_random_uuid()::varchar, c.number, c.*, 'plain', d.*, d.user_id, d.at,
                    d.user_id, d.at
                FROM unnest(%s::varchar[], %s::int[], %s::varchar[], %s::date[], %s::numeric[],
                    %s::int[], %s::varchar[], %s::varchar[]) AS c(number, product_id, batch,
                    expires, quantity, move_line_id, verdict, message),
                (SELECT %s::varchar AS step, %s::int AS picking_id, %s::int AS user_id,
                    %s::varchar AS device, %s::varchar AS method, %s::varchar AS reason,
                    now() AT TIME ZONE 'UTC' AS scanned_at, now() AT TIME ZONE 'UTC' AS at,
                    %s::int AS company_id) d
                """,
                *([list(column) for column in zip(*rows, strict=True)]),
                step if step in dict(STEPS) else "other",
                self.id,
                self.env.uid,
                details.get("device") or None,
                method,
                details.get("reason") or None,
                self.company_id.id,
            )
        )
        self.env["trace.scan"].invalidate_model()
