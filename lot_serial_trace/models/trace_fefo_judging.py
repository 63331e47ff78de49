from collections import defaultdict, namedtuple
from functools import cache

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import expiry, fefo, gate_life

#: System parameter: which goods are judged, those of the removal strategy (default) or all.
JUDGED = "lot_serial_trace.fefo_judged"
#: What goods could have been taken from, by lines that are alike: product, place, owner,
#: company, who they are for (ids), and the moment until which they must have lasted.
Shelf = namedtuple("Shelf", "product place owner company partners kind moment")
FAR = "infinity"
#: Where rules must be asked for each lot, so many times as much is read, and so much at least.
MARGIN, LEAST = 10, 1000


class TraceFefoJudging(models.AbstractModel):
    """Judges whether what is about to leave the shelf is what expires first.

    Asked before the goods move, because afterwards it cannot be told what was free. Two or
    three queries for a batch, whatever its size; none where no product has expiry dates.
    Who chooses is judged: the first movement of a chain, not those who pack and ship.
    """

    _name = "trace.fefo.judging"
    _description = "Judging of First Expired, First Out"

    @api.model
    def _judge(self, lines):
        """Return ``(line, Shelf, core.fefo.Judgement)`` of each of ``lines`` that is judged."""
        shelves = self._shelves(lines)
        if not shelves:
            return []
        lines = lines.browse([line.id for line in shelves])
        days = self._days(lines)
        free = self._free(lines, shelves)
        judgements = fefo.judge(
            [
                fefo.Taken(line.id, shelves[line], days[line], line.quantity_product_uom)
                for line in lines
            ],
            free,
        )
        return [
            (line, shelves[line], judgement)
            for line, judgement in zip(lines, judgements, strict=True)
        ]

    # -- which lines ----------------------------------------------------------

    @api.model
    def _shelves(self, lines):
        """Line -> :class:`Shelf`, for those that chose among goods that expire."""
        lines = lines.filtered(
            lambda line: (
                line.product_id.use_expiration_date
                and line.lot_id
                and line.picked
                and line.quantity > 0
                and not line.is_inventory
                and line.location_id.usage in ("internal", "transit")
                and not line.move_id.move_orig_ids
                and self._is_judged(line)
            )
        )
        if not lines:
            return {}
        bound = lines.move_id._trace_bound()
        now = fields.Datetime.now()
        shelves = {line: self._shelf(line, bound.get(line.move_id.id), now) for line in lines}
        return {line: shelf for line, shelf in shelves.items() if shelf}

    @api.model
    def _is_judged(self, line):
        if self.env["ir.config_parameter"].sudo().get_param(JUDGED) == "all":
            return True
        quants = self.env["stock.quant"]
        return quants._get_removal_strategy(line.product_id, line.location_id) == "fefo"

    @api.model
    def _shelf(self, line, bound, now):
        if line.location_dest_id.usage == "production":
            kind, partners = "production", ()
        elif line.location_dest_id._is_outgoing():
            kind, partners = "customer", line.move_id._trace_customer().ids
        elif bound:
            kind, partners = bound.kind, bound.partners.ids
        else:
            return None
        top = line.move_id.location_id
        place = top if line.location_id._child_of(top) else line.location_id
        moment = max(line.move_id.date or now, now)
        owner, company = line.owner_id.id, line.company_id.id
        return Shelf(line.product_id.id, place, owner, company, tuple(partners), kind, moment)

    @api.model
    def _days(self, lines):
        """Line -> local day until which its lot is to be gone, as reservation reads it."""
        rules = self.env["trace.expiry.rule"]
        days = {}
        for company, some in lines.grouped("company_id").items():
            zone = rules._zone(company)
            for line in some:
                lot = line.lot_id
                days[line] = expiry.day_of(lot.removal_date or lot.expiration_date, zone)
        return days

    # -- what was free --------------------------------------------------------

    @api.model
    def _free(self, lines, shelves):
        """Shelf -> list of :class:`core.fefo.Free`, from one query and the rules."""
        groups = defaultdict(list)
        for line in lines:
            groups[shelves[line]].append(line)
        rows = self._candidates(list(groups.items()), lines)
        names = list(groups)
        unfit = self._unfit(rows, names)
        ones = {}
        free = {shelf: [] for shelf in groups}
        for row, about in zip(rows, unfit, strict=True):
            if "past_stop_sale" in about:
                continue
            short = "short_life_customer" in about
            # The same goods may serve several customers, but only once.
            one = ones.setdefault(
                (row["quant_id"], short),
                fefo.Free(row["lot_id"], row["day"], row["free"], short),
            )
            free[names[row["shelf"]]].append(one)
        return free

    @api.model
    def _unfit(self, rows, shelves):
        """What rules about remaining life say of each of ``rows``: lists of codes."""
        if not self.env["trace.life"]._has_rules():
            return [()] * len(rows)
        dates = self._dates({(row["lot_id"], row["company_id"]) for row in rows})
        asked = cache(lambda number, place_id: self._asked(shelves[number], place_id))
        return [
            {
                code
                for limits, today, day in asked(row["shelf"], row["location_id"])
                for code in gate_life.unfit(
                    limits, dates[row["lot_id"], row["company_id"]], today, day
                )
            }
            for row in rows
        ]

    @api.model
    def _asked(self, shelf, place_id):
        """Limits for goods of a shelf in a place, with today and the day of delivery there."""
        if shelf.kind != "customer":
            return []
        place = self.env["stock.location"].browse(place_id)
        today = self.env["trace.expiry.rule"]._today(place)
        day = self.env["trace.life"]._day(shelf.moment, place)
        return [(limits, today, day) for limits in self._limits(shelf, place)]

    @api.model
    def _limits(self, shelf, place):
        """What rules say for each of those whom the goods of a shelf are for."""
        partners = self.env["res.partner"].browse(shelf.partners)
        found = self.env["trace.life"]._for_partners(
            shelf.product, place.parent_path, partners, shelf.company
        )
        return [limits for _partner, limits in found]

    @api.model
    def _dates(self, keys):
        """(lot id, company id) -> dates of the lot."""
        lots = defaultdict(list)
        for lot_id, company_id in keys:
            lots[company_id].append(lot_id)
        found = {}
        for company_id, ids in lots.items():
            company = self.env["res.company"].browse(company_id)
            dates = self.env["trace.expiry.rule"]._dates(self.env["stock.lot"].browse(ids), company)
            found.update({(lot_id, company_id): dates[lot_id] for lot_id in ids})
        return found

    @api.model
    def _candidates(self, groups, lines):
        """What was free on the shelves and expires before the last of what was taken: one query.

        Of each shelf the earliest goods are read, no more than could make all lines wrong.

        :param groups: list of ``(Shelf, lines)``
        """
        for model in ("stock.quant", "stock.lot", "stock.move.line", "trace.hold"):
            self.env[model].flush_model()
        rules = self.env["trace.expiry.rule"]
        # Several customers share the goods: as much is read for each as for all of them.
        totals = defaultdict(float)
        for shelf, some in groups:
            totals[shelf.product] += sum(line.quantity_product_uom for line in some)
        columns = zip(
            *(self._wanted(shelf, some, totals[shelf.product]) for shelf, some in groups),
            strict=True,
        )
        released = self._released(lines)
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH shelf AS (
                    SELECT * FROM unnest(
                        %s::int[], %s::varchar[], %s::int[], %s::int[], %s::timestamp[],
                        %s::timestamp[], %s::timestamp[], %s::numeric[]
                    ) WITH ORDINALITY AS s(product_id, path, owner_id, company_id, moment,
                        latest, fresh, wanted, ordinal)
                ),
                released AS (
                    SELECT l.product_id, l.location_id, l.lot_id, l.package_id, l.owner_id,
                        sum(l.quantity_product_uom) AS quantity
                    FROM stock_move_line l WHERE l.id = ANY(%s)
                    GROUP BY 1, 2, 3, 4, 5
                )
                SELECT s.ordinal - 1 AS shelf, s.company_id, c.*
                FROM shelf s CROSS JOIN LATERAL (
                    SELECT q.id AS quant_id, q.lot_id, q.location_id,
                        COALESCE(q.removal_date, q.expiration_date) AS moment,
                        q.quantity - q.reserved_quantity + COALESCE(r.quantity, 0) AS free,
                        sum(q.quantity - q.reserved_quantity + COALESCE(r.quantity, 0)) OVER (
                            PARTITION BY q.expiration_date >= s.fresh
                            ORDER BY COALESCE(q.removal_date, q.expiration_date), q.in_date, q.id
                            ROWS UNBOUNDED PRECEDING
                        ) AS until_here
                    FROM stock_quant q
                    JOIN stock_location a ON a.id = q.location_id
                    LEFT JOIN released r ON r.product_id = q.product_id
                        AND r.location_id = q.location_id AND r.lot_id = q.lot_id
                        AND r.package_id IS NOT DISTINCT FROM q.package_id
                        AND r.owner_id IS NOT DISTINCT FROM q.owner_id
                    WHERE q.product_id = s.product_id AND q.lot_id IS NOT NULL
                        AND a.parent_path LIKE s.path || '%%'
                        AND a.usage IN ('internal', 'transit') AND a.id != ALL(%s)
                        AND q.owner_id IS NOT DISTINCT FROM s.owner_id
                        AND COALESCE(q.removal_date, q.expiration_date) < s.latest
                        AND COALESCE(q.removal_date, q.expiration_date) >= s.moment
                        AND q.expiration_date >= s.moment
                        AND q.quantity - q.reserved_quantity + COALESCE(r.quantity, 0) > 0
                        AND NOT EXISTS (
                            SELECT FROM trace_hold h
                            LEFT JOIN stock_location top ON top.id = h.location_id
                            WHERE h.lot_id = q.lot_id AND h.state = 'active'
                                AND h.company_id = s.company_id
                                AND (top.id IS NULL OR a.parent_path LIKE top.parent_path || '%%'))
                ) c
                WHERE c.until_here - c.free < s.wanted
                """,
                *(list(column) for column in columns),
                released.ids,
                self._quarantines(groups),
            )
        )
        for row in rows:
            company = self.env["res.company"].browse(row["company_id"])
            row["day"] = expiry.day_of(row["moment"], rules._zone(company))
        return rows

    @api.model
    def _wanted(self, shelf, lines, wanted):
        """A shelf as a row of the query."""
        lots = [line.lot_id for line in lines]
        dates = [lot.removal_date or lot.expiration_date for lot in lots]
        fresh, sure = self._fresh(shelf)
        return (
            shelf.product,
            shelf.place.parent_path,
            shelf.owner or None,
            shelf.company,
            shelf.moment,
            max(dates) if all(dates) else FAR,
            fresh,
            wanted if sure else wanted * MARGIN + LEAST,
        )

    @api.model
    def _fresh(self, shelf):
        """From which expiration date on goods last long enough, and whether that is sure.

        An aid for the query, which reads no more than is needed of what is older and of what is
        fresh. It is not sure where a lot's own life counts, or a place has a rule of its own.
        """
        life = self.env["trace.life"]
        rules = self.env["trace.expiry.rule"]
        if shelf.kind != "customer" or not life._has_rules():
            return shelf.moment, True
        zone = rules._zone(self.env["res.company"].browse(shelf.company))
        whole = self.env["product.product"].browse(shelf.product).expiration_time
        day = life._day(shelf.moment, shelf.place)
        moment, sure = shelf.moment, not life._places_below(shelf.place)
        for limits in self._limits(shelf, shelf.place):
            for limit in filter(None, (limits.stop, limits.min_life)):
                plain = limit.unit == expiry.DAYS and limit.kind == expiry.EXPIRATION
                sure = sure and (plain or limit.unit == expiry.NEVER)
                moment = max(moment, expiry.earliest_good(limit, day, zone, whole) or moment)
        return moment, sure

    @api.model
    def _quarantines(self, groups):
        """Ids of quarantine places, unless goods are fetched from there on purpose."""
        places = self.env["stock.location"].union(*(shelf.place for shelf, _lines in groups))
        if any(place._trace_in_quarantine() for place in places):
            return []
        return places._trace_quarantine_below()

    @api.model
    def _released(self, lines):
        """What these movements have reserved and leave where it is."""
        return lines.move_id.move_line_ids.filtered(lambda line: line.lot_id and not line.picked)

    # -- keeping --------------------------------------------------------------

    @api.model
    def _keep(self, judged):
        """Write what was judged of lines that have moved: one statement."""
        done = self.env["stock.move.line"].union(*(line for line, _s, _j in judged)).exists()
        judged = [row for row in judged if row[0] in done and row[0].state == "done"]
        if not judged:
            return
        done.flush_recordset()
        self.env["stock.move"].flush_model(["date", "reference"])
        columns = zip(*(self._row(*row) for row in judged), strict=True)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_fefo (
                    date, company_id, kind, verdict, move_line_id, picking_id, reference,
                    picking_type_id, partner_id, product_id, categ_id, location_id, user_id,
                    lot_id, lot_date, better_lot_id, better_date, days, quantity,
                    broken_quantity, reason, line_count, kept_count, rate, unit_rate)
                SELECT l.date, l.company_id, v.kind, v.verdict, l.id, l.picking_id, m.reference,
                    m.picking_type_id, v.partner_id, l.product_id, t.categ_id, l.location_id,
                    COALESCE(l.trace_user_id, %s), l.lot_id, v.lot_date, v.better_lot_id,
                    v.better_date, v.lot_date - v.better_date, l.quantity_product_uom, v.broken,
                    v.reason, 1, v.kept, v.kept, 1 - v.broken / l.quantity_product_uom
                FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::int[], %s::date[],
                    %s::int[], %s::date[], %s::numeric[], %s::varchar[], %s::int[])
                    AS v(id, kind, verdict, partner_id, lot_date, better_lot_id, better_date,
                        broken, reason, kept)
                JOIN stock_move_line l ON l.id = v.id
                JOIN stock_move m ON m.id = l.move_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE l.quantity_product_uom > 0
                """,
                self.env.uid,
                *(list(column) for column in columns),
            )
        )

    @api.model
    def _row(self, line, shelf, judgement):
        better = judgement.better
        lot = line.lot_id
        zone = self.env["trace.expiry.rule"]._zone(line.company_id)
        override = self.env["trace.gate"]._override()
        broken = judgement.verdict == "broken"
        return (
            line.id,
            shelf.kind,
            judgement.verdict,
            shelf.partners[0] if len(shelf.partners) == 1 else None,
            expiry.day_of(lot.removal_date or lot.expiration_date, zone),
            better.lot if better else None,
            better.day if better else None,
            judgement.quantity,
            override.reason if broken and override else None,
            0 if broken else 1,
        )
