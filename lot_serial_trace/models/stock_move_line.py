from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.gate import AFTERWARDS, AT_VALIDATION
from .marks import RECORDED_NOW
from .stock_package import MOVING_NOW

#: What makes a done line say something else than its event.
CORRECTABLE = {
    "quantity": "quantity",
    "product_id": "product",
    "lot_id": "lot/serial",
    "location_id": "from",
    "location_dest_id": "to",
    "package_id": "package",
    "result_package_id": "destination package",
    "move_id": "movement",
    "date": "date",
}
#: Corrections that make other goods go another way: the gate is asked again.
REDIRECTING = ("lot_id", "location_id", "location_dest_id")
#: Fields whose change can change one of the above.
WATCHED = {*CORRECTABLE, "product_uom_id", "quant_id"}
#: Key of the cursor's cache: for each batch that is being completed, ids of deleted lines.
DELETED = "lot_serial_trace.deleted"
#: How much later than the movement Odoo may set its date again while it completes a transfer.
COMPLETING = timedelta(minutes=10)


class StockMoveLine(models.Model):
    """The one place where goods move: gate before, ledger and genealogy after.

    All roads end here: ``_action_done`` (transfers, scrap, production, counts,
    the till), ``create`` of a line that is done already, and ``write`` on a done
    line, which is a correction. Each hook costs a constant number of queries per
    batch.
    """

    _inherit = "stock.move.line"

    trace_batch = fields.Char(
        "Manufacturer's Batch", copy=False, help="Kept on the serial number once it is received."
    )
    trace_made = fields.Date(
        "Produced On", copy=False, help="Kept on the lot or serial number once it is received."
    )

    _trace_lot_date_idx = models.Index("(lot_id, date) WHERE lot_id IS NOT NULL")

    def _action_done(self):
        gate = self.env["trace.gate"]
        tracked = self._trace_tracked()
        tracked._trace_meet_others()
        verdicts = gate._examine(tracked, codes=AT_VALIDATION)
        gate._refuse(verdicts)
        with self._trace_packages_moving(), self._trace_watch_deleted() as deleted:
            result = super()._action_done()
        there = self.browse(line_id for line_id in self.ids if line_id not in deleted)
        done = there & tracked
        done._trace_record()
        self.env["trace.edge"]._rebuild_lines(there)
        gate._tell_arrivals(done)
        self.env["trace.recall"]._goods_moved(done)
        gate._settle([verdict for verdict in verdicts if verdict.line in done])
        return result

    @contextmanager
    def _trace_watch_deleted(self):
        """Ids of lines that are deleted until the end of the block: Odoo drops empty ones."""
        cache = self.env.cr.cache
        deleted = cache.setdefault(DELETED, [])
        mine = set()
        deleted.append(mine)
        try:
            yield mine
        finally:
            deleted.pop()

    def unlink(self):
        """Whoever completes lines hears which of them are gone, without asking the database."""
        for watched in self.env.cr.cache.get(DELETED, ()):
            watched.update(self.ids)
        return super().unlink()

    @contextmanager
    def _trace_packages_moving(self):
        """Let packages that get another container know through which transfer."""
        packed = self.filtered("result_package_id")
        if not packed:
            yield
            return
        moving = {}
        for picking, lines in packed.grouped("picking_id").items():
            inner = lines.result_package_id
            moved = {*inner._get_all_package_dest_ids(), *_containers(inner)}
            moving.update(dict.fromkeys(moved, picking.id))
        self.env.cr.cache[MOVING_NOW] = moving
        try:
            yield
        finally:
            self.env.cr.cache.pop(MOVING_NOW, None)

    def _trace_meet_others(self):
        """Lock the serial numbers that move: each is one thing and goes one way at a time.

        Odoo passes over quants that somebody else is changing and makes another one, so two
        deliveries of one unit would both go through. Here the second one waits, is run again
        and sees where the unit is by then, or that it was put on hold.
        """
        serials = self.lot_id.filtered(lambda lot: lot.product_id.tracking == "serial")
        if serials:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                    serials.ids,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Lines created done have moved goods: gate and ledger, as in ``_action_done``."""
        lines = super().create(vals_list)
        there = lines.filtered(lambda line: line.state == "done")
        done = there._trace_tracked()
        if done:
            done._trace_ask_again()
            done._trace_record()
        self.env["trace.edge"]._rebuild_lines(there)
        self.env["trace.recall"]._goods_moved(done)
        return lines

    def _trace_ask_again(self):
        """Ask the gate about goods that have just moved, in this transaction.

        Whether a number was in stock can no longer be told, only whether it may move.
        """
        gate = self.env["trace.gate"]
        verdicts = gate._examine(self, codes=AFTERWARDS)
        gate._refuse(verdicts)
        gate._settle(verdicts)

    def write(self, vals):
        """Changes to done lines are told to the ledger as corrections; the gate hears them, too."""
        before = self._trace_before_change(vals)
        result = super().write(vals)
        if before:
            self.browse(before)._trace_correct(before)
        if not vals.keys().isdisjoint(WATCHED - {"date"}):
            done = self.filtered(lambda line: line.move_id.state == "done")
            self.env["trace.edge"]._rebuild_lines(done.filtered(lambda line: line.id not in before))
        return result

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.trace_batch:
            vals["trace_batch"] = self.trace_batch
        if self.trace_made:
            vals["trace_made"] = self.trace_made
        return vals

    def _trace_tracked(self):
        return self.filtered(lambda line: line.lot_id or line.product_id.tracking != "none")

    def _trace_record(self):
        """Write events of lines that are done."""
        self.env["trace.event"]._record_lines(self, reasons=self._trace_remarks())
        self.env.cr.cache.setdefault(RECORDED_NOW, set()).update(self.ids)

    def _trace_remarks(self):
        """What the ledger is to say beside the movement: line id -> text."""
        return {}

    def _trace_before_change(self, vals):
        """What done lines say before ``vals`` is written: line id -> values."""
        names = set(CORRECTABLE) if not vals.keys().isdisjoint(WATCHED - {"date"}) else set()
        if "date" in vals:
            names.add("date")
        if not names:
            return {}
        # The state of a line can be written by anybody, the state of its move cannot.
        done = self.filtered(lambda line: line.move_id.state == "done")._trace_tracked()
        if not done:
            return {}
        if names == {"date"}:
            done = done._trace_dated_otherwise(fields.Datetime.to_datetime(vals["date"]))
        self.env["trace.event"]._record_history(done)
        return {line.id: line._trace_said(names) for line in done}

    def _trace_dated_otherwise(self, date):
        """The lines for which ``date`` is news: Odoo sets it twice more in every transfer."""
        recorded = self.env.cr.cache.get(RECORDED_NOW, set())
        return self.filtered(
            lambda line: (
                line.id not in recorded
                or not line.date <= (date or line.date) < line.date + COMPLETING
            )
        )

    def _trace_said(self, names):
        self.ensure_one()
        return {
            name: self.quantity_product_uom if name == "quantity" else self[name] for name in names
        }

    def _trace_correct(self, before):
        """Write correction events for lines that say something else than ``before``."""
        reasons = {}
        redated = set()
        moved = self.browse()
        for line in self:
            said = before[line.id]
            says = line._trace_said(said.keys())
            changes = {
                name: f"{label}: {_told(said[name])} → {_told(says[name])}"
                for name, label in CORRECTABLE.items()
                if name in said and said[name] != says[name]
            }
            if changes:
                reasons[line.id] = "; ".join(changes.values())
            if "date" in changes:
                redated.add(line.id)
            if any(name in changes for name in REDIRECTING) or _grew(said, says):
                moved |= line
        lines = self.browse(reasons)
        moved._trace_ask_again()
        self.env["trace.event"]._record_lines(lines, "correction", reasons, redated)
        self.env["trace.edge"]._rebuild_lines(lines)


def _containers(packages):
    """Ids of the packages that ``packages`` lie in."""
    return {int(number) for path in packages.mapped("parent_path") for number in _path(path)}


def _path(path):
    return (path or "").split("/")[:-1]


def _told(value):
    """A value for the reader of a correction."""
    if isinstance(value, models.BaseModel):
        return value.display_name or "–"
    return value


def _grew(said, says):
    return "quantity" in said and says["quantity"] > said["quantity"]
