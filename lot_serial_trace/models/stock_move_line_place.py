from odoo import fields, models
from odoo.tools.sql import column_exists, create_column

from ..core.findings import KINDS
from ..core.putaway import ANY
from .marks import BY_RULE
from .quant_batch import changed_elsewhere

#: Key of the cursor's cache, which lives as long as the transaction: id of a line that was
#: split off -> id of the line that it was part of.
SPLIT = "lot_serial_trace.split"
#: How Odoo chooses a place, and add-ons that leave it to rules.
PUTTING = {"_apply_putaway_strategy", "_get_putaway_strategy", "_check_access_putaway"}
KNOWN_PUTTING = ("stock", "mrp_subcontracting", "lot_serial_trace")


class StockMoveLine(models.Model):
    """Where goods are put, and why there.

    Odoo puts goods away when they are reserved, by product, and often before their number
    is known. Here rules that know the number are asked, too (``trace_putaway.py``): at
    reservation before Odoo's own, when a number is captured, and once more before the goods
    move. What a person put elsewhere by hand stays there.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    trace_why_here = fields.Char("Why Here", readonly=True, copy=False)
    trace_by_hand = fields.Boolean("Place Chosen by Hand", readonly=True, copy=False)

    def _auto_init(self):
        """Add empty columns: nothing is computed for a million old lines."""
        for name, kind in (("trace_why_here", "varchar"), ("trace_by_hand", "boolean")):
            if not column_exists(self.env.cr, "stock_move_line", name):
                create_column(self.env.cr, "stock_move_line", name, kind)
        return super()._auto_init()

    def write(self, vals):
        """A place that is written by nobody's rule is chosen by hand."""
        if "location_dest_id" not in vals or "trace_why_here" in vals:
            return super().write(vals)
        if self.env.context.get("trace_putaway") is BY_RULE:
            told = any(line.trace_why_here for line in self)
            return super().write({**vals, "trace_why_here": False} if told else vals)
        place = vals["location_dest_id"]
        moved = self.filtered(
            lambda line: line.state not in ("done", "cancel") and line.location_dest_id.id != place
        )
        result = super().write(vals)
        for by_hand, lines in moved.grouped(
            lambda line: line.location_dest_id != line.move_id.location_dest_id
        ).items():
            super(StockMoveLine, lines).write({"trace_by_hand": by_hand, "trace_why_here": False})
        return result

    def _put_in_pack(self, *args, **kwargs):
        """A place that Odoo chooses for a package is chosen by nobody."""
        mine = self.with_context(trace_putaway=BY_RULE)
        return super(StockMoveLine, mine)._put_in_pack(*args, **kwargs).with_env(self.env)

    def _trace_redirect(self, place, why):
        """Send lines elsewhere, without reserving again: where they end changes nothing of that.

        :param why: a few words for those who ask why the goods are there
        """
        plain = self.with_context(skip_uom_conversion=True)
        plain.write({"location_dest_id": place.id, "trace_why_here": why})

    def _trace_split_part(self, quantity):
        """Give a part of the line, in the product's unit, a line of its own: returns it."""
        self.ensure_one()
        unit = self.product_id.uom_id
        rest = unit.round(self.quantity_product_uom - quantity)
        bare = self.with_context(preserve_state=True)
        bare.write({"quantity": rest, "product_uom_id": unit.id})
        part = bare.copy({"quantity": quantity, "picked": True, "lot_name": self.lot_name})
        # It was captured as what it was split off from.
        self.env.cr.cache.setdefault(SPLIT, {})[part.id] = self.id
        return part.with_env(self.env)

    def _trace_captures(self):
        """Lines that were split off were captured with the line that they were part of."""
        split = self.env.cr.cache.get(SPLIT) or {}
        origins = self.browse(split[line_id] for line_id in self.ids if line_id in split)
        found = super(StockMoveLine, self | origins)._trace_captures()
        for line_id in self.ids:
            if line_id in split and split[line_id] in found:
                found.setdefault(line_id, found[split[line_id]])
        return found

    def _trace_leave_packages(self):
        """Take lines out of packages that do not go with them as a whole.

        A pallet is in one place: what is quarantined of it is taken off.
        """
        packed = self.filtered("result_package_id")
        staying = (packed.picking_id.move_line_ids - self).result_package_id
        packed.filtered(lambda line: line.result_package_id in staying).write(
            {"result_package_id": False, "is_entire_pack": False}
        )

    # -- putaway --------------------------------------------------------------

    def _apply_putaway_strategy(self):
        """Rules that know the number come first, Odoo's next; then a place in which it fits."""
        if self.env.context.get("avoid_putaway_rules"):
            return super()._apply_putaway_strategy()
        lines = self.with_context(trace_putaway=BY_RULE).filtered(
            lambda line: not line.trace_by_hand
        )
        seeker = lines._trace_seeker()
        if not seeker:
            odoo = super(StockMoveLine, lines)
            return odoo._apply_putaway_strategy() if lines._trace_may_be_put_away() else None
        ruled = seeker.by_rule()
        super(StockMoveLine, lines.browse(set(lines.ids) - ruled))._apply_putaway_strategy()
        seeker.by_fit(lambda line: line._trace_ask_odoo(seeker))
        return seeker.apply()

    def _trace_may_be_put_away(self):
        """Whether Odoo may put any of these lines elsewhere: it goes through them one by one.

        Without rules it leaves goods where their movement ends, but for places that hold none.
        """
        models_ = self.env["stock.location"], self
        if any(changed_elsewhere(model, PUTTING, KNOWN_PUTTING) for model in models_):
            return True
        lines = self.sudo()
        ends = lines.move_id.location_dest_id
        return any(end.usage == "view" or end.putaway_rule_ids for end in ends) or any(
            line.result_package_id or line.location_dest_id != line.move_id.location_dest_id
            for line in lines
        )

    def _trace_ask_odoo(self, seeker):
        """Let Odoo's rules choose again for one line, now with a number that has to fit."""
        goods = self.with_context(trace_goods=(seeker.plan, seeker.goods[self]))
        # What we have put around it is left out here.
        odoo = super(StockMoveLine, goods)
        return odoo._apply_putaway_strategy()  # pylint: disable=super-method-mismatch

    def _trace_put_away(self, trouble=()):
        """Choose places now that numbers are known: lines keep theirs where it will do.

        :param trouble: lines that are known to be in trouble with their notice
        """
        lines = self.with_context(trace_putaway=BY_RULE).filtered(
            lambda line: not line.trace_by_hand
        )
        seeker = lines._trace_seeker(trouble)
        if seeker:
            seeker.by_rule()
            seeker.by_fit(lambda line: line._trace_ask_odoo(seeker))
            seeker.apply()

    def _trace_seeker(self, trouble=()):
        """Who looks for places for these lines; nobody where nothing is set up."""
        if not self.env["trace.putaway"]._worth_asking(self):
            return None
        mine = self.filtered(
            lambda line: (
                line.move_id.location_dest_id.usage in ("internal", "view")
                and line.state not in ("done", "cancel")
                and not line.move_id.location_dest_id._trace_in_quarantine()
                and not line.location_dest_id._trace_in_quarantine()
            )
        )
        return Seeker(mine, trouble) if mine else None


class Seeker:
    """Looks for places for a batch of lines, so that they do not disturb each other.

    :param lines: ``stock.move.line`` that no person has placed
    """

    def __init__(self, lines, trouble=()):
        self.env = lines.env
        self.lines = lines
        sudo = lines.sudo()
        storage = self.env["trace.storage"].sudo()
        goods = storage._goods(sudo)
        self.goods = {line: goods[line] for line in lines}
        choices = self.env["trace.putaway"].sudo()._choices(sudo, goods, trouble)
        self.choices = {line: choices[line] for line in lines if line in choices}
        places = self.env["stock.location"].sudo()
        self.below = {}
        for place_id in self._tops():
            self.below[place_id] = places.browse(place_id).child_internal_location_ids
        every = places.union(*self.below.values())
        self.plan = storage._plan(every, goods.values(), lines.company_id[:1], lines)
        self.found = {}
        self.memo = {}

    def _tops(self):
        """Ids of the places below which places are looked for."""
        return set(self.lines.move_id.location_dest_id.ids) | {
            rule.place_id for ranked in self.choices.values() for rule in ranked
        }

    # -- rules ----------------------------------------------------------------

    def by_rule(self):
        """Place lines by rules; returns the ids of those that a rule placed."""
        packed = {}
        for line in self.choices:
            if line.result_package_id:
                packed.setdefault(line.result_package_id, []).append(line)
            else:
                self._place_by_rule(line)
        for package, lines in packed.items():
            self._place_package(package, lines)
        return {line.id for line in self.found}

    def _place_by_rule(self, line):
        for rule in self._open_to(line):
            place = self._first(self.below[rule.place_id], line)
            if place:
                return self._take(line, place, self._why(rule))
        return None

    def _place_package(self, package, lines):
        """A package is in one place: a rule has to be for all that is in it."""
        whole = [line for line in self.lines if line.result_package_id == package]
        rules = {next(iter(self._open_to(line)), None) for line in lines} - {None}
        if len(rules) == 1 and len(lines) == len(whole):
            rule = rules.pop()
            place = self.env["stock.location"].browse(rule.place_id)
            for line in lines:
                self._take(line, place, self._why(rule))

    def _open_to(self, line):
        """The rules for a line: whoever fetches goods from where a rule put them means it."""
        source = line.location_id.sudo()
        places = source.browse(rule.place_id for rule in self.choices[line])
        come_from = {place.id for place in places if source._child_of(place)}
        return [rule for rule in self.choices[line] if rule.place_id not in come_from]

    def _why(self, rule):
        record = self.env["trace.putaway.rule"].sudo().browse(rule.id)
        return f"{record._what()}: {record.note}" if record.note else record._what()

    # -- what fits ------------------------------------------------------------

    def by_fit(self, ask_odoo):
        """Look for other places for lines that do not fit where they are to go."""
        for line in self.lines:
            if line in self.found:
                continue
            if line.result_package_id or self._fits(line):
                self.plan.put(self.goods[line], line.location_dest_id.id)
                continue
            self._fit(line, ask_odoo)

    def _fits(self, line):
        """Whether a line may stay where it is to go, and nothing better is known for it."""
        goods, place = self.goods[line], line.location_dest_id
        if self.plan.conflicts(goods, place.id):
            return False
        if place != line.move_id.location_dest_id or not goods.classes:
            return True
        below = self.below[place.id].ids
        return not any(self.plan.wants(goods, place_id) for place_id in below)

    def _fit(self, line, ask_odoo):
        before, goods = line.location_dest_id, self.goods[line]
        conflict = self.plan.conflicts(goods, before.id)
        if conflict:
            ask_odoo(line)
        after = line.location_dest_id
        # Where no rule of Odoo's takes it, Odoo leaves it where the transfer goes.
        nowhere = after == line.move_id.location_dest_id
        if not conflict or nowhere or self.plan.conflicts(goods, after.id):
            best = before if self.plan.wants(goods, before.id) else after
            after = self._next(line, before) or best
        env = self.env
        if after == before:
            if line.location_dest_id != before:
                line.location_dest_id = before
            self.plan.put(goods, before.id)
        elif conflict:
            kind = KINDS[conflict[0][0]]
            why = env._(
                "Fits; not %(place)s: %(reason)s", place=before.name, reason=env._(kind.title)
            )
            self._take(line, after, why)
        else:
            self._take(line, after, env._("Takes its storage class"))

    def _next(self, line, before):
        """The next place that fits: one with the same lot, one that says so, one close by."""
        goods, arriving = self.goods[line], line.move_id.location_dest_id
        candidates = self.below[arriving.id]
        wanting = candidates.filtered(lambda place: self.plan.wants(goods, place.id))
        # Chilled goods do not leave a full cold room for a place that says nothing of cold.
        if wanting or not self.plan.conflicts(goods, before.id):
            candidates = wanting
        near = candidates.sorted(
            lambda place: (
                place == arriving,
                place.location_id != before.location_id,
                place.complete_name,
            )
        )
        return self._first(near, line)

    def _first(self, places, line):
        """The first of ``places`` that takes a line, one with goods of its lot before others."""
        goods = self.goods[line]
        key = (places._ids, goods.product, goods.batch, goods.day)
        known = self.memo.get(key)
        if known and goods.batch and self._usable(known, line):
            return known
        for same in (True, False):
            for place in places:
                if self.plan.holds_same(goods, place.id) == same and self._usable(place, line):
                    self.memo[key] = place
                    return place
        return None

    def _usable(self, place, line):
        """Whether a place takes a line: its own rules, and Odoo's on room and weight."""
        if place._trace_in_quarantine() and not self._sends_to_quarantine(line):
            return False
        if self.plan.conflicts(self.goods[line], place.id):
            return False
        if not place.storage_category_id:
            return True
        product = line.product_id
        held = place.quant_ids.filtered(lambda quant: quant.product_id == product)
        return place.with_context(exclude_sml_ids=set(self.lines.ids))._check_can_be_used(
            product,
            line.quantity_product_uom,
            location_qty=sum(held.mapped("quantity")),
        )

    def _sends_to_quarantine(self, line):
        """Rules may send goods to quarantine that are there for a reason."""
        return any(rule.matter != ANY for rule in self.choices.get(line, ()))

    # -- acting ---------------------------------------------------------------

    def _take(self, line, place, why):
        self.plan.put(self.goods[line], place.id)
        self.found[line] = (place.id, why)

    def apply(self):
        """Write the places that were found, together for those that go the same way."""
        together = {}
        for line, choice in self.found.items():
            together.setdefault(choice, []).append(line.id)
        places = self.env["stock.location"]
        for (place_id, why), ids in together.items():
            self.lines.browse(ids)._trace_redirect(places.browse(place_id), why)
