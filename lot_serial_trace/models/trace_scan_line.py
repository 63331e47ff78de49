from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.capture import Capture
from ..core.findings import KINDS
from .trace_asn_receiving import local_day
from .trace_scan_reading import Stop

#: What a scan may change on a move line; kept beside the scan to take it back.
TOUCHED = (
    "picked",
    "quantity",
    "product_uom_id",
    "lot_id",
    "lot_name",
    "trace_batch",
    "trace_made",
    "expiration_date",
    "location_id",
    "location_dest_id",
    "trace_why_here",
    "package_id",
    "result_package_id",
    "owner_id",
)
#: What tells two lines of one number apart.
PLACE = ("location_id", "location_dest_id", "package_id", "result_package_id", "owner_id")
#: Lines that are looked at to give way to a scan; one is enough but for odd reservations.
SPARES = 20


class Job:
    """Goods to put on a line of a transfer, and what was done for it.

    :param picking: ``stock.picking``
    :param product: ``product.product``
    :param taken: ``core.capture.Capture`` with the quantity in the product's unit
    :param said: somebody or the label said how many; otherwise it is one
    """

    def __init__(self, picking, product, taken, said=False):
        self.picking = picking
        self.product = product
        self.number = taken.number
        self.batch = taken.batch
        self.expires = taken.expires
        self.made = taken.made
        self.quantity = taken.quantity
        self.said = said
        self.lot = product.env["stock.lot"]
        self.source = self.dest = product.env["stock.location"]
        #: where rules have put goods of the same number on this transfer
        self.follows = product.env["stock.location"]
        self.package = product.env["stock.package"]
        self.ops = []
        self.notes = []
        #: just where they lie, if that is given
        self.quant = product.env["stock.quant"]
        #: numbers that were reserved and stay where they are
        self.given_up = product.env["stock.lot"]
        #: moves of other transfers that had reserved the number
        self.robbed = product.env["stock.move"]
        #: how far the product is, once the goods are on their line
        self.rows = None
        #: what was taken beyond what waited on the transfer
        self.extra = 0.0

    @classmethod
    def of_quant(cls, picking, quant):
        """All that lies there: taken with its package."""
        taken = Capture(quant.lot_id.name or "", quantity=quant.quantity)
        job = cls(picking, quant.product_id, taken, said=True)
        job.lot, job.quant = quant.lot_id, quant
        job.source, job.package = quant.location_id, quant.package_id
        return job

    def effect(self):
        """What was done, as it is kept to be taken back."""
        return {"ops": self.ops, "said": self.said} if self.ops else None

    @property
    def reserves(self):
        """Whether the goods are in stock now and so reserved before they go."""
        return not self.picking.location_id.should_bypass_reservation()


class TraceScanLine(models.AbstractModel):
    """Puts goods on move lines as they are scanned, and takes them back exactly.

    Lines that wait (not picked) give way to the scanned ones: those of the same number
    first, then those without number, then, where goods are picked from stock, those that
    are reserved of another number. Every change is noted as an operation:

    * ``["write", line id, values before, values after]``
    * ``["create", line id]``
    * ``["less", line id, quantity, values of the line]``: gave a part of its quantity away
    * ``["unlink", values]``: gave all of it away

    Odoo recomputes a whole transfer where the quantity of one line changes, twice in the
    middle of a scan although nothing changes in the end. ``_quietly`` holds that back and
    does the same from the difference.
    """

    _name = "trace.scan.line"
    _inherit = ["trace.scan.reading"]
    _description = "Scans on Move Lines"

    # -- putting --------------------------------------------------------------

    @api.model
    def _put(self, job):
        """The line that carries the goods of a job now.

        :raises Stop: they cannot be taken; nothing is changed then
        """
        with self.env.cr.savepoint():
            mine = self._lines_of(job)
            picked = mine.filtered("picked")
            if job.product.tracking == "serial" and picked:
                job.notes.append(self._scanned_already(job, picked))
                return picked[0]
            self._forget_serial(job)
            self._check_stock(job, mine)
            job.picking.sudo().trace_asn_ids._start_receiving()
            spares = self._spares(job, mine - picked)
            job.follows = picked.filtered("trace_why_here")[:1].location_dest_id
            with self._quietly(job):
                line = self._fill(job, spares, picked)
            self._put_away(job, line)
            self._refuse_blocked(job, line)
        return line

    @api.model
    def _put_away(self, job, line):
        """Ask putaway about the number, unless a person said where the goods go."""
        if job.dest:
            line.trace_by_hand = True
        elif not job.follows:
            place = line.location_dest_id
            line._trace_put_away()
            if line.location_dest_id != place:
                said = {"location_dest_id": line.location_dest_id.id}
                said["trace_why_here"] = line.trace_why_here
                before = {"location_dest_id": place.id, "trace_why_here": False}
                job.ops.append(["write", line.id, before, said])

    @api.model
    def _forget_serial(self, job):
        """A serial number whose line was taken off by hand may be scanned anew."""
        if job.product.tracking == "serial":
            domain = [
                ("picking_id", "=", job.picking.id),
                ("product_id", "=", job.product.id),
                ("number", "=", job.number),
                ("holds_serial", "=", True),
            ]
            self.env["trace.scan"].sudo().search(domain).holds_serial = False

    @api.model
    def _scanned_already(self, job, line):
        scan = self.env["trace.scan"].sudo()
        scan = scan.search([("move_line_id", "=", line[0].id), ("undone_at", "=", False)], limit=1)
        if scan.user_id and scan.user_id != self.env.user:
            who = {"number": job.number, "who": scan.user_id.name}
            return self.env._("%(number)s was scanned already, by %(who)s.", **who)
        return self.env._("%s was scanned already.", job.number)

    @api.model
    def _lines_of(self, job):
        """Open lines of the transfer that carry the number, or the product if it has none."""
        domain = [
            ("picking_id", "=", job.picking.id),
            ("product_id", "=", job.product.id),
            ("state", "not in", ("done", "cancel")),
        ]
        if not job.number:
            return self.env["stock.move.line"].search([*domain, ("picked", "=", True)])
        numbered = [("lot_name", "=", job.number)]
        if job.lot:
            numbered = ["|", ("lot_id", "=", job.lot.id), "&", ("lot_id", "=", False), *numbered]
        return self.env["stock.move.line"].search([*domain, *numbered])

    @api.model
    def _spares(self, job, same):
        """Lines that give way to a job, locked: what nobody else is just filling."""
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM stock_move_line l
                WHERE l.picking_id = %(picking)s AND l.product_id = %(product)s
                    AND l.state NOT IN ('done', 'cancel') AND l.picked IS NOT TRUE
                    AND l.quantity > 0
                    AND (l.id = ANY(%(same)s) OR %(any)s
                        OR l.lot_id IS NULL AND COALESCE(l.lot_name, '') = '')
                ORDER BY l.id = ANY(%(same)s) DESC,
                    l.lot_id IS NULL AND COALESCE(l.lot_name, '') = '' DESC,
                    l.location_id = %(source)s DESC,
                    CASE WHEN l.lot_id IS NULL THEN l.id ELSE -l.id END
                LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                """,
                picking=job.picking.id,
                product=job.product.id,
                same=same.ids,
                any=job.reserves or not job.number,
                source=job.source.id or 0,
                limit=SPARES,
            )
        )
        return self.env["stock.move.line"].browse([line_id for (line_id,) in rows])

    @api.model
    def _fill(self, job, spares, picked):
        """Move the quantity of a job from the spare lines to picked ones."""
        line = picked.browse()
        left = job.quantity
        compare = job.product.uom_id.compare
        for spare in spares:
            if compare(left, 0) <= 0:
                break
            part = min(spare.quantity_product_uom, left)
            line = self._give_way(job, spare, part, picked) or line
            picked |= line
            left = left - part
        if compare(left, 0) > 0:
            line = self._add(job, left, picked)
        return line

    @api.model
    def _give_way(self, job, spare, part, picked):
        """Turn ``part`` of a waiting line into goods of the job."""
        self._note_given_up(job, spare)
        values = self._values(job, spare)
        place = {**{name: spare[name].id for name in PLACE}, **values}
        target = self._fitting(picked.filtered(lambda m: m.move_id == spare.move_id), place)
        whole = job.product.uom_id.compare(spare.quantity_product_uom, part) <= 0
        if whole and not target:
            changes = {name: value for name, value in values.items() if not _is(spare, name, value)}
            self._write(job, spare, {**changes, "picked": True})
            return spare
        move = spare.move_id
        self._less(job, spare, part, whole)
        if target:
            self._more(job, target, part, values)
            return target
        return self._create(job, move, part, place)

    @api.model
    def _add(self, job, quantity, picked):
        """Goods beyond what waits on the transfer."""
        values = self._values(job)
        target = self._fitting(picked, values)
        if target:
            self._more(job, target, quantity, values)
            job.extra = quantity
            return target
        self._lock(job.picking)
        move = self.env["stock.move"].search(
            [
                ("picking_id", "=", job.picking.id),
                ("product_id", "=", job.product.id),
                ("state", "not in", ("done", "cancel")),
            ],
            limit=1,
        )
        line = self._create(job, move, quantity, values)
        job.extra = quantity
        if not job.dest:
            line._apply_putaway_strategy()
        return line

    @api.model
    def _lock(self, picking):
        """Meet whoever finishes the transfer now: this scan or he runs again."""
        self.env.cr.execute(SQL("SELECT FROM stock_picking WHERE id = %s FOR UPDATE", picking.id))

    @api.model
    def _values(self, job, spare=None):
        """Values that make a line one of the job; places only where they change."""
        values = {}
        same = spare and job.number and job.number in (spare.lot_id.name, spare.lot_name)
        if job.number:
            values["lot_id"] = job.lot.id
        if job.number and not job.lot:
            values["lot_name"] = job.number
            if job.batch:
                values["trace_batch"] = job.batch
            if job.made:
                values["trace_made"] = job.made
        if self._dates_line(job):
            day = self.env["trace.scan"]._end_of_day(job.expires, job.picking.company_id)
            values["expiration_date"] = day
        if job.quant or not same and (not spare or job.number or job.source):
            values |= self._where(job)
        if job.dest or job.follows:
            values["location_dest_id"] = (job.dest or job.follows).id
        if job.package:
            values["result_package_id"] = job.package.id
        return values

    @api.model
    def _dates_line(self, job):
        return (
            job.expires
            and job.product.use_expiration_date
            and job.picking.picking_type_id.use_create_lots
            and not job.lot.expiration_date
        )

    @api.model
    def _where(self, job):
        """Where the goods of a job lie, as move line values; nothing for goods that arrive."""
        best = self._best_quant(job)
        if not best:
            return {"location_id": job.source.id} if job.source and job.reserves else {}
        return {
            "location_id": best.location_id.id,
            "package_id": best.package_id.id,
            "owner_id": best.owner_id.id,
        }

    @api.model
    def _fitting(self, lines, values):
        """A picked line that the goods may be added to."""
        return lines.filtered(
            lambda line: all(_is(line, name, values[name]) for name in PLACE if name in values)
        )[:1]

    # -- stock ----------------------------------------------------------------

    @api.model
    def _quants(self, job):
        """Where the number is in stock in the place that goods are taken from."""
        if job.quant:
            return job.quant
        if not job.reserves or (job.product.tracking != "none" and not job.lot):
            return self.env["stock.quant"]
        place = job.source or job.picking.location_id
        domain = [
            ("product_id", "=", job.product.id),
            ("location_id", "child_of", place.id),
            ("quantity", ">", 0),
        ]
        if job.lot:
            domain.append(("lot_id", "=", job.lot.id))
        return self.env["stock.quant"].search(domain)

    @api.model
    def _best_quant(self, job):
        return max(
            self._quants(job),
            key=lambda q: (q.quantity - q.reserved_quantity >= job.quantity, q.quantity, -q.id),
            default=None,
        )

    @api.model
    def _check_stock(self, job, mine):
        """Only what is in stock in the source can be taken from it.

        :raises Stop: the number is elsewhere, or there is less of it than scanned
        """
        if not job.reserves or not job.number:
            return
        quants = self._quants(job)
        if not quants:
            raise Stop(self._not_there(job))
        picked = sum(mine.filtered("picked").mapped("quantity_product_uom"))
        there = sum(quants.mapped("quantity"))
        if job.product.uom_id.compare(picked + job.quantity, there) > 0:
            raise Stop(
                self.env._(
                    "Only %(quantity)g %(unit)s of %(number)s are in %(place)s. "
                    "If there are more, count the place first.",
                    quantity=there,
                    unit=job.product.uom_id.name,
                    number=job.number,
                    place=(job.source or job.picking.location_id).display_name,
                )
            )
        waiting = sum(mine.filtered(lambda m: not m.picked).mapped("quantity_product_uom"))
        free = there - sum(quants.mapped("reserved_quantity")) + waiting
        if job.product.uom_id.compare(free, job.quantity) < 0:
            self._take_from_others(job, job.quantity - free)

    @api.model
    def _not_there(self, job):
        values = {
            "number": job.number,
            "product": job.product.display_name,
            "place": (job.source or job.picking.location_id).display_name,
        }
        stock = self.env["stock.quant"].search(
            [
                ("lot_id", "=", job.lot.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            limit=1,
        )
        if stock:
            return self.env._(
                "%(number)s of %(product)s is not in %(place)s but in %(other)s.",
                **values,
                other=stock.location_id.display_name,
            )
        return self.env._("%(number)s of %(product)s is not in %(place)s.", **values)

    @api.model
    def _take_from_others(self, job, missing):
        """Take a number from a transfer that has reserved it; that one reserves another.

        :raises Stop: it is picked there already
        """
        others = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", job.lot.id),
                ("picking_id", "not in", (False, job.picking.id)),
                ("state", "in", ("assigned", "partially_available")),
                ("location_id", "child_of", (job.source or job.picking.location_id).id),
            ],
            order="picked, id desc",
            limit=SPARES,
        )
        waiting = others.filtered(lambda line: not line.picked)
        compare = job.product.uom_id.compare
        if compare(sum(waiting.mapped("quantity_product_uom")), missing) < 0:
            taken = others.picking_id[:1].display_name or self.env._("other work")
            values = {"number": job.number, "transfer": taken}
            raise Stop(self.env._("%(number)s is taken for %(transfer)s already.", **values))
        moves = waiting.move_id
        names = ", ".join(waiting.picking_id.mapped("name"))
        for line in waiting:
            if compare(missing, 0) <= 0:
                break
            part = min(line.quantity_product_uom, missing)
            if compare(line.quantity_product_uom, part) <= 0:
                line.unlink()
            else:
                line.quantity -= job.product.uom_id._compute_quantity(part, line.product_uom_id)
            missing -= part
        job.notes.append(
            self.env._(
                "%(number)s was reserved for %(transfer)s, which takes another now.",
                number=job.number,
                transfer=names,
            )
        )
        job.robbed = moves

    @api.model
    def _note_given_up(self, job, spare):
        """Remember the number that was reserved and stays where it is."""
        if job.lot and spare.lot_id and spare.lot_id != job.lot:
            job.given_up |= spare.lot_id

    # -- saying ---------------------------------------------------------------

    @api.model
    def _refuse_blocked(self, job, line):
        """Ask the gate about a line that has just been scanned, and policy about the choice.

        :raises Stop: it must not go
        """
        gate = self.env["trace.gate"]
        verdicts = gate._examine(line)
        blocked = [verdict for verdict in verdicts if verdict.severity == "block"]
        if blocked:
            remedy = self.env._(blocked[0].finding.kind.remedy)
            raise Stop(f"{gate._sentence(blocked[0])}. {remedy}", gate._permit_here(blocked))
        job.notes += [gate._note(verdict) for verdict in verdicts]
        if job.given_up:
            line._trace_note_reserved(job.given_up)
            self._say_other_number(job)

    @api.model
    def _say_other_number(self, job):
        """Say that another number than the reserved one was taken, above all against FEFO."""
        far = fields.Datetime.to_datetime("9999-12-31")
        first = min(job.given_up, key=lambda lot: lot.expiration_date or far)
        values = {
            "lot": job.number,
            "product": job.product.display_name,
            "reserved": first.name,
        }
        code = "other_number"
        if (first.expiration_date or far) < (job.lot.expiration_date or far):
            code = "later_expiry"
            zone = self.env["trace.asn.receiving"]._zone(job.picking.company_id)
            values["date"] = local_day(first.expiration_date, zone).isoformat()
        severity = self._severity(code, job.picking, job.product)
        if severity in ("block", "quarantine"):
            raise Stop(self._finding(code, **values))
        if severity == "warn":
            job.notes.append(self._finding(code, **values))

    @api.model
    def _severity(self, code, picking, product=None):
        """How severe policy finds something about a scan."""
        policies = self.env["trace.policy"]
        case = policies._case_of(code, picking, product.id if product else None)
        return policies._resolve([case])[0][0]

    @api.model
    def _finding(self, code, **values):
        """A finding in the user's language, with what to do."""
        kind = KINDS[code]
        sentence = self.env._(kind.message)
        return f"{sentence % values}. {self.env._(kind.remedy)}"

    @api.model
    def _say(self, job, line):
        """Verdict and sentence about goods that are on a line now."""
        receiving = self.env["trace.asn.receiving"].sudo()
        notes = list(job.notes)
        if not job.ops:
            return "warn", notes[0]
        if job.number and receiving._is_unadvised(job.picking.sudo(), job.product, job.number):
            notes.append(self.env._("%s is not on the shipping notice.", job.number))
        named = job.number or job.product.display_name
        job.rows = job.picking._trace_product_rows([job.product.id])
        row = job.rows[0]
        if not row["wanted"]:
            values = {"product": job.product.display_name, "transfer": job.picking.name}
            notes.append(self._finding("unexpected_product", **values))
        elif job.product.uom_id.compare(row["captured"], row["wanted"]) > 0:
            notes.append(self.env._("%s: more than ordered.", named))
        if notes:
            return "warn", " ".join(notes)
        return "good", self._good(job)

    @api.model
    def _good(self, job):
        said = " ".join(filter(None, (job.product.display_name, job.number)))
        if job.product.tracking == "serial":
            return said
        return f"{said} × {job.quantity:g} {job.product.uom_id.name}"

    # -- operations -----------------------------------------------------------

    @api.model
    def _write(self, job, line, values):
        before = {name: _plain(line, name) for name in TOUCHED}
        line.with_context(preserve_state=True).write(values)
        after = {name: _plain(line, name) for name in TOUCHED}
        changed = [name for name in TOUCHED if before[name] != after[name]]
        job.ops.append(
            [
                "write",
                line.id,
                {name: before[name] for name in changed},
                {name: after[name] for name in changed},
            ]
        )

    @api.model
    def _create(self, job, move, quantity, values):
        unit = {"product_uom_id": job.product.uom_id.id, "quantity": quantity, "picked": True}
        if move:
            base = move._prepare_move_line_vals(quantity=0)
        else:
            base = {
                "picking_id": job.picking.id,
                "product_id": job.product.id,
                "location_id": job.picking.location_id.id,
                "location_dest_id": job.picking.location_dest_id.id,
            }
        lines = self.env["stock.move.line"].with_context(preserve_state=True)
        line = lines.create({**base, **values, **unit}).with_env(self.env)
        job.ops.append(["create", line.id])
        return line

    @api.model
    def _more(self, job, line, quantity, values):
        """Add to a picked line, in the product's unit."""
        dates = ("expiration_date", "trace_made")
        values = {name: value for name, value in values.items() if name in dates}
        values |= {"quantity": line.quantity_product_uom + quantity}
        if line.product_uom_id != job.product.uom_id:
            values["product_uom_id"] = job.product.uom_id.id
        self._write(job, line, values)

    @api.model
    def _less(self, job, line, quantity, whole):
        """Take from a waiting line, in the product's unit."""
        values = {name: _plain(line, name) for name in TOUCHED}
        values |= {"move_id": line.move_id.id, "picking_id": line.picking_id.id}
        values["product_id"] = line.product_id.id
        if whole:
            job.ops.append(["unlink", {**values, "quantity_product_uom": quantity}])
            line.with_context(preserve_state=True).unlink()
            return
        job.ops.append(["less", line.id, quantity, values])
        unit = job.product.uom_id
        changes = {"quantity": unit.round(line.quantity_product_uom - quantity)}
        if line.product_uom_id != unit:
            changes["product_uom_id"] = unit.id
        line.with_context(preserve_state=True).write(changes)

    @contextmanager
    def _quietly(self, job):
        """Keep Odoo from computing over the whole transfer while lines change hands."""
        picking = job.picking
        moves = self.env["stock.move"].search(
            [("picking_id", "=", picking.id), ("product_id", "=", job.product.id)]
        )
        held = [([moves._fields["picked"]], moves)]
        if not job.package:
            held.append(([picking._fields["shipping_weight"]], picking))
        with self.env.protecting(held):
            yield
        if job.extra and job.product.weight and not job.package:
            picking.sudo().shipping_weight += job.extra * job.product.weight
        open_moves = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        open_moves._recompute_state()
        self._mark_picked(open_moves)
        job.robbed.exists()._action_assign()

    @api.model
    def _mark_picked(self, moves):
        """A move is picked as soon as one of its lines is: known without reading them all."""
        self.env["stock.move.line"].flush_model(["picked", "move_id"])
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE stock_move m SET picked = l.picked
                FROM (SELECT o.id, EXISTS (SELECT FROM stock_move_line x
                        WHERE x.move_id = o.id AND x.picked) AS picked
                    FROM unnest(%s::int[]) AS o(id)) l
                WHERE m.id = l.id AND m.picked IS DISTINCT FROM l.picked
                RETURNING m.id
                """,
                moves.ids,
            )
        )
        changed = moves.browse([move_id for (move_id,) in rows])
        changed.invalidate_recordset(["picked"], flush=False)
        changed.modified(["picked"])

    @api.model
    def _send_to(self, scans, place):
        """Let the goods of earlier scans go to a place; what was done, to take it back."""
        lines = self.env["stock.move.line"].browse(scans.mapped("move_line_id")).exists()
        lines = lines.filtered(lambda line: line.picked and line.location_dest_id != place)
        ops = [
            [
                "write",
                line.id,
                {"location_dest_id": line.location_dest_id.id},
                {"location_dest_id": place.id},
            ]
            for line in lines
        ]
        lines.location_dest_id = place
        return {"ops": ops, "said": True} if ops else None

    # -- taking back ----------------------------------------------------------

    @api.model
    def _undo(self, picking, scan):
        """Do the opposite of what a scan did, last operation first.

        :raises Stop: something came after it
        """
        if not scan.effect:
            raise Stop(self.env._("This scan changed nothing, so there is nothing to take back."))
        if picking.state in ("done", "cancel"):
            raise Stop(self.env._("%s is finished. Send the goods back instead.", picking.name))
        self._check_last(scan)
        moves = self.env["stock.move"]
        for op in reversed(scan.effect["ops"]):
            moves |= getattr(self, f"_undo_{op[0]}")(picking, *op[1:])
        moves = moves.exists()
        moves._recompute_state()
        self._mark_picked(moves)
        self._drop_empty(moves)

    @api.model
    def _check_last(self, scan):
        scans = self.env["trace.scan"].sudo()
        later = scan.move_line_id and scans.search(
            [
                ("picking_id", "=", scan.picking_id.id),
                ("move_line_id", "=", scan.move_line_id),
                ("id", ">", scan.id),
                ("undone_at", "=", False),
                ("effect", "!=", False),
            ],
            limit=1,
        )
        if later:
            raise Stop(
                self.env._(
                    "%s was scanned again since. Take back the later scan first.", scan._named()
                )
            )

    @api.model
    def _undo_write(self, picking, line_id, before, after):
        line = self.env["stock.move.line"].browse(line_id).exists()
        if not line or any(_plain(line, name) != value for name, value in after.items()):
            raise Stop(self.env._("The line was changed by hand since. Correct it by hand, too."))
        move = line.move_id
        if self._may_go_back(line, before):
            line.write(before)
        else:
            # Another transfer has reserved what this one had: reserve what is free now.
            line.unlink()
            self._mark_picked(move)
            move._recompute_state()
            move._action_assign()
        return move

    @api.model
    def _may_go_back(self, line, before):
        """Whether what a line had reserved before is still free for it."""
        if line.move_id._should_bypass_reservation() or "lot_id" not in before:
            return True
        stock = self.env["stock.quant"].sudo()
        free = stock._get_available_quantity(
            line.product_id,
            self.env["stock.location"].browse(before.get("location_id", line.location_id.id)),
            lot_id=self.env["stock.lot"].browse(before["lot_id"]),
            package_id=self.env["stock.package"].browse(
                before.get("package_id", line.package_id.id)
            ),
            strict=True,
        )
        return line.product_id.uom_id.compare(free, line.quantity_product_uom) >= 0

    @api.model
    def _undo_create(self, picking, line_id):
        line = self.env["stock.move.line"].browse(line_id).exists()
        if not line:
            raise Stop(self.env._("The line was deleted by hand since."))
        moves = line.move_id
        line.unlink()
        return moves

    @api.model
    def _undo_less(self, picking, line_id, quantity, values):
        line = self.env["stock.move.line"].browse(line_id).exists()
        if not line or line.picked or line.state in ("done", "cancel"):
            return self._undo_unlink(picking, {**values, "quantity_product_uom": quantity})
        unit = line.product_id.uom_id
        total = unit.round(line.quantity_product_uom + quantity)
        own = self.env["uom.uom"].browse(values["product_uom_id"])
        line.write(
            {
                "quantity": unit._compute_quantity(total, own, rounding_method="HALF-UP"),
                "product_uom_id": own.id,
            }
        )
        return line.move_id

    @api.model
    def _undo_unlink(self, picking, values):
        values = dict(values)
        quantity = values.pop("quantity_product_uom")
        move = self.env["stock.move"].browse(values["move_id"]).exists()
        if not move or move.state in ("done", "cancel"):
            return move
        twin = self._twin(move, values)
        if twin:
            return self._undo_less(picking, twin.id, quantity, values)
        unit = move.product_id.uom_id
        own = self.env["uom.uom"].browse(values["product_uom_id"])
        values["quantity"] = unit._compute_quantity(quantity, own, rounding_method="HALF-UP")
        self.env["stock.move.line"].create(values)
        return move

    @api.model
    def _twin(self, move, values):
        """A waiting line of a move that says the same as one that was used up."""
        if move.product_id.tracking == "serial":
            return self.env["stock.move.line"]
        domain = [("move_id", "=", move.id), ("picked", "=", False)]
        same = ("lot_id", "lot_name", *PLACE)
        domain += [(name, "=", values[name]) for name in same]
        return self.env["stock.move.line"].search(domain, limit=1)

    @api.model
    def _drop_empty(self, moves):
        """Moves that only scans brought onto the transfer go with their last line."""
        empty = moves.filtered(
            lambda move: not move.move_line_ids and not move.product_uom_qty and move.picking_id
        )
        empty._action_cancel()
        empty.unlink()


def _plain(line, name):
    """A value of a line as JSON keeps it and ``write`` takes it."""
    value = line[name]
    if isinstance(value, models.BaseModel):
        return value.id
    if line._fields[name].type == "datetime":
        return fields.Datetime.to_string(value) or False
    if line._fields[name].type == "date":
        return fields.Date.to_string(value) or False
    return value or False if line._fields[name].type == "char" else value


def _is(line, name, value):
    """Whether a line says ``value`` already."""
    now = line[name]
    return (now.id if isinstance(now, models.BaseModel) else now) == value
