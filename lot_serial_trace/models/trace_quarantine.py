from collections import namedtuple

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.gate import AT_VALIDATION

#: Why a line goes to quarantine, and how much of it in the product's unit (None: all of it).
Cause = namedtuple("Cause", "why quantity")

#: Where goods come from that are looked at before they may join the stock.
OUTSIDE = ("supplier", "customer", "transit")


class TraceQuarantine(models.AbstractModel):
    """Which of the goods that come in go to quarantine instead, and their movements of their own.

    Every road to a done movement asks :meth:`_set_apart`, before the goods move. To
    quarantine goes

    * what a person sent there, line by line;
    * what is on hold everywhere, or recalled;
    * what policy quarantines of the gate's findings and of differences to the notice.

    It gets a movement of its own on the same transfer (``stock_move_quarantine.py``), because
    Odoo's rules pull goods on by movement: a place to which only the line goes leaks. Holds
    are placed afterwards by the gate. Where a warehouse has no quarantine the goods go where
    they go and the hold does the rest.
    """

    _name = "trace.quarantine"
    _description = "Quarantine of Arriving Goods"

    @api.model
    def _set_apart(self, moves, check=None):
        """Give what is to be quarantined its own movement.

        :param check: ``Check`` of ``trace.asn.receiving``, if a notice was compared
        :return: the movements to be done, new ones included
        """
        lines = self._lines_to_place(moves, check)
        if not lines:
            return moves
        places = self._places(lines)
        causes = self._causes(lines, places, check)
        if not causes:
            return moves
        apart = self._move_apart(causes, places)
        self._tell(causes)
        return moves | apart.with_env(moves.env)

    @api.model
    def _lines_to_place(self, moves, check):
        """What is going to be moved, put away once more by rules that know the numbers."""
        quarantine = self.env["stock.location"]._trace_quarantine_paths()
        if not quarantine and not self.env["trace.putaway"]._worth_asking(moves):
            return None
        lines = self._lines(moves)
        coming = lines.filtered(lambda line: line.location_dest_id.usage == "internal")
        coming._trace_put_away(self._found_on_notice(coming, check))
        return lines

    @api.model
    def _lines(self, moves):
        """What is going to be moved: Odoo drops lines that are not picked."""
        picked = moves.sudo().filtered(
            lambda move: move.picked and move.state not in ("done", "cancel")
        )
        return picked.move_line_ids.filtered(
            lambda line: line.picked and line.quantity and not line.is_inventory
        )

    @api.model
    def _places(self, lines):
        """dict line -> the quarantine place to which it may have to go.

        Lines for which there is none, or that go there with their movement, are left out.
        """
        places = {}
        arrivals = lines.filtered(
            lambda line: (
                line.location_id.usage in OUTSIDE
                and line.location_dest_id.usage == "internal"
                and not line.location_dest_id._trace_in_quarantine()
            )
        )
        for company, some in arrivals.grouped("company_id").items():
            known = some.location_dest_id._trace_quarantines_for(company)
            places |= {line: known[line.location_dest_id] for line in some}
        places |= {line: line.location_dest_id for line in lines if self._sent_by_hand(line)}
        return {line: place for line, place in places.items() if place}

    @api.model
    def _sent_by_hand(self, line):
        """Whether a line goes without its movement to quarantine, or where a rule sends it."""
        place, whole = line.location_dest_id, line.move_id.location_dest_id
        if not line.move_id.picking_id or whole._trace_in_quarantine():
            return False
        if place._trace_in_quarantine():
            return True
        return bool(line.trace_why_here) and not place._child_of(whole)

    @api.model
    def _unsettled(self, verdicts):
        """Verdicts without holds of goods that come in: validation takes them to quarantine."""
        held = [verdict for verdict in verdicts if verdict.finding.code == "on_hold"]
        lines = self.env["stock.move.line"].union(*(verdict.line for verdict in held)).sudo()
        places = self._places(lines)
        return [
            verdict for verdict in verdicts if verdict not in held or verdict.line not in places
        ]

    # -- why ------------------------------------------------------------------

    @api.model
    def _causes(self, lines, places, check):
        """dict line -> :class:`Cause`; the first reason that is found is told."""
        causes = {
            line: Cause(line.trace_why_here or "", None)
            for line in places
            if self._sent_by_hand(line)
        }
        tracked = lines.browse(
            line.id for line in places if line not in causes and line.product_id.tracking != "none"
        )
        for found in (
            self._held(tracked),
            self._found_by_gate(tracked),
            self._found_on_notice(tracked, check),
        ):
            for line, cause in found.items():
                causes.setdefault(line, cause)
        return causes

    @api.model
    def _held(self, lines):
        """Lines whose numbers are on hold everywhere: one query where none is."""
        suspects = lines.browse(self._suspects(lines))
        if not suspects:
            return {}
        asks = self.env["trace.gate"]._asks(suspects, ())
        return {
            line: Cause(self.env._("On hold: %s", ask.hold), None)
            for line, ask in zip(suspects, asks, strict=True)
            if ask.hold
        }

    @api.model
    def _suspects(self, lines, status=None):
        """Ids of the lines with a number that is not free, whether linked to its lot or not.

        Lots are in memory by now; only numbers that have none yet are looked up.
        """
        linked = lines.filtered("lot_id")
        found = [
            line.id
            for line in linked.sudo()
            if line.lot_id.trace_status != "free" and status in (None, line.lot_id.trace_status)
        ]
        named = (lines - linked).filtered("lot_name")
        return found + self._suspects_by_name(named, status) if named else found

    @api.model
    def _suspects_by_name(self, lines, status):
        self.env["stock.lot"].flush_model(["name", "product_id", "trace_status"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT c.id
                FROM unnest(%s::int[], %s::int[], %s::varchar[]) AS c(id, product_id, name)
                JOIN stock_lot l ON l.product_id = c.product_id AND l.name = c.name
                WHERE l.trace_status != 'free' AND l.trace_status = COALESCE(%s, l.trace_status)
                """,
                lines.ids,
                [line.product_id.id for line in lines],
                lines.mapped("lot_name"),
                status,
            )
        )
        return [line_id for (line_id,) in rows]

    @api.model
    def _found_by_gate(self, lines):
        """Lines of which the gate finds what policy quarantines."""
        codes = self.env["trace.policy"]._may_quarantine(AT_VALIDATION, lines.company_id.ids)
        verdicts = self.env["trace.gate"]._examine(lines, codes) if codes and lines else []
        return {
            verdict.line: Cause(self.env._(verdict.finding.kind.title), None)
            for verdict in verdicts
            if verdict.severity == "quarantine"
        }

    @api.model
    def _found_on_notice(self, lines, check):
        """Lines that differ from what was advised, where policy quarantines that.

        Where a difference is about a product and not a number nobody can tell which of its
        lots is the wrong one: all that come are quarantined.
        """
        numbers = self._by_number(lines)
        causes = {}
        for one in check.differences if check else ():
            if one.severity == "quarantine" and one.finding.code not in NOT_HERE:
                mine = numbers.get((one.picking, one.finding.ref.product), {})
                number = one.finding.ref.number
                some = mine.get(number, []) if number else [x for xs in mine.values() for x in xs]
                why = self.env._(one.finding.kind.title)
                causes |= {line: Cause(why, part) for line, part in self._parts(one, some)}
        return causes

    @api.model
    def _by_number(self, lines):
        """dict (receipt, product id) -> dict number -> list of lines."""
        numbers = {}
        for line in lines:
            number = line.lot_id.name or line.lot_name
            key = line.picking_id, line.product_id.id
            numbers.setdefault(key, {}).setdefault(number, []).append(line)
        return numbers

    @api.model
    def _parts(self, difference, lines):
        """Pairs of a line and how much of it differs: of a lot of which too much came, the rest
        is as advised; None is all of it.
        """
        values = difference.finding.values
        if difference.finding.code != "asn_over" or not difference.finding.ref.number:
            return [(line, None) for line in lines]
        left = float(values["quantity"]) - float(values["advised"])
        parts = []
        for line in reversed(lines):
            part = min(left, line.quantity_product_uom)
            if line.product_id.uom_id.compare(part, 0) > 0:
                left -= part
                parts.append((line, part))
        return parts

    # -- acting ---------------------------------------------------------------

    @api.model
    def _move_apart(self, causes, places):
        """Make the movements; at the till whatever is wrong with that is not the cashier's."""
        if not self.env["trace.gate"]._at_till():
            return self._move_all(causes, places)
        try:
            with self.env.cr.savepoint():
                apart = self._move_all(causes, places)
                apart._check_company()
                apart.move_line_ids._check_company()
                return apart
        except UserError:
            causes.clear()
            return self.env["stock.move"].sudo()

    @api.model
    def _move_all(self, causes, places):
        self._split_lines(causes, places)
        lines = self.env["stock.move.line"].sudo().union(*causes)
        lines._trace_leave_packages()
        by_text = {}
        for line, cause in causes.items():
            by_text.setdefault((places[line], cause.why), []).append(line.id)
        for (place, why), ids in by_text.items():
            lines.browse(ids)._trace_redirect(place, why)
        apart = self.env["stock.move"].sudo()
        for (move, place), mine in lines.grouped(lambda line: (line.move_id, places[line])).items():
            apart |= move._trace_set_apart(mine, place)
        return apart

    @api.model
    def _split_lines(self, causes, places):
        """Give parts of lines that are to be quarantined lines of their own."""
        for line, cause in list(causes.items()):
            whole = line.quantity_product_uom
            if cause.quantity and line.product_id.uom_id.compare(cause.quantity, whole) < 0:
                part = line._trace_split_part(cause.quantity)
                causes[part] = causes.pop(line)
                places[part] = places[line]

    @api.model
    def _note_effects(self, moves):
        """Note on holds what they sent to quarantine, so that release brings it back."""
        apart = moves.filtered(lambda move: move.trace_instead_id and move.state == "done")
        lines = apart.move_line_ids.filtered("lot_id")
        if not lines:
            return
        holds = self.env["trace.hold"].search(
            [
                ("lot_id", "in", lines.lot_id.ids),
                ("company_id", "in", lines.company_id.ids),
                ("state", "=", "active"),
            ]
        )
        by_lot = holds.grouped(lambda hold: (hold.lot_id, hold.company_id))
        self.env["trace.hold.effect"]._insert(
            [
                self._effect(hold, line)
                for line in lines
                for hold in by_lot.get((line.lot_id, line.company_id), ())
            ]
        )

    @api.model
    def _effect(self, hold, line):
        picking = line.picking_id
        return {
            "hold_id": hold.id,
            "company_id": hold.company_id.id,
            "lot_id": line.lot_id.id,
            "kind": "moved",
            "quantity": line.quantity_product_uom,
            "location_id": line.move_id.trace_instead_id.id,
            "move_id": line.move_id.id,
            "picking_id": picking.id or None,
            "res_model": "stock.picking",
            "res_id": picking.id or None,
            "document": picking.name or line.move_id.reference,
        }

    @api.model
    def _tell(self, causes):
        """One note on each transfer: what went to quarantine, and why."""
        notes = {}
        for line, cause in causes.items():
            notes.setdefault(line.picking_id, {}).setdefault(
                (line.location_dest_id, cause.why), []
            ).append(line.lot_id.name or line.lot_name or line.product_id.display_name)
        for picking in [picking for picking in notes if not picking]:
            del notes[picking]
        if notes:
            pickings = self.env["stock.picking"].sudo().union(*notes)
            pickings._message_log_batch(
                bodies={
                    picking.id: Markup("<br/>").join(
                        self.env._(
                            "To %(place)s: %(numbers)s. %(why)s",
                            place=place.display_name,
                            numbers=_some(numbers),
                            why=why,
                        )
                        for (place, why), numbers in said.items()
                    )
                    for picking, said in notes.items()
                }
            )


#: Differences about numbers that did not come, or that say nothing of the goods.
NOT_HERE = ("asn_missing", "asn_duplicate")


def _some(numbers):
    """Numbers for a sentence: the first few, and how many there are."""
    if len(numbers) <= 5:
        return ", ".join(numbers)
    return f"{', '.join(numbers[:3])}, … ({len(numbers)})"
