import logging
from time import perf_counter
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import expiry
from ..core.expiry_classes import Classes
from .trace_expiry_sql import FOUND, LAST_ID, NEAR, found, near, table

_logger = logging.getLogger(__name__)

#: Lots that are evaluated, and committed, together.
BATCH = 1_000_000

#: What is not part of a row's key, or of who did what about it.
UPDATED = [name for name in FOUND if name not in ("lot_id", "location_id")]


class TraceExpiryRun(models.Model):
    """One pass over all goods in stock, by the calendar of each place.

    ``evaluate``: lots in batches by id, set-based (``trace_expiry_sql.py``),
    each committed. ``act``: what rules want done, per rule (``trace.expiry.action``).
    ``tell``: one message per owner and rule. A pass that was interrupted goes on where
    it was; one that runs again changes nothing and tells nobody again.

    The pass is always over everything: it takes seconds, and stays right whatever
    changed meanwhile: rules, dates, stock, or who is responsible.
    """

    _name = "trace.expiry.run"
    _description = "Evaluation of Expiry"
    _order = "id desc"
    _rec_name = "started_at"

    phase = fields.Selection(
        [("evaluate", "Looking"), ("act", "Acting"), ("tell", "Telling"), ("done", "Done")],
        default="evaluate",
        required=True,
        readonly=True,
        index=True,
    )
    started_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    finished_at = fields.Datetime(readonly=True)
    last_lot_id = fields.Integer("Looked At Up To", readonly=True)
    last_rule_id = fields.Integer(readonly=True)
    changed = fields.Integer("Rows Changed", readonly=True)
    seconds = fields.Float("Seconds of Looking", readonly=True)

    @api.model
    def _cron(self):
        """Go on with the pass that is under way, or begin one; commit after each step."""
        commit = self.env["ir.cron"]._commit_progress
        run = self._current()
        while commit(1, remaining=int(run.phase != "done")) and run.phase != "done":
            run._step()

    @api.model
    def _current(self):
        return self.search([("phase", "!=", "done")], limit=1) or self.create({})

    @api.model
    def _evaluate(self):
        """Make a whole pass in this transaction: for tests, benchmarks and small stocks."""
        run = self.create({})
        while run.phase != "done":
            run._step()
        return run

    def _step(self):
        """Do the next piece of work."""
        self.ensure_one()
        if self.phase == "evaluate":
            self._evaluate_batch()
        elif self.phase == "act":
            self._act_one()
        else:
            self.env["trace.expiry.rule"]._tell_all()
            self.phase = "done"
        if self.phase == "done":
            self.finished_at = fields.Datetime.now()
            _logger.info("Expiry evaluated: %s rows changed in %.1f s", self.changed, self.seconds)

    def _act_one(self):
        """Let the next rule act: each is a step, so that none is lost with another."""
        if not self.last_rule_id:
            self.env["trace.expiry.due"]._settle()
        rule = self.env["trace.expiry.rule"]._next_to_act(self.last_rule_id)
        if rule:
            rule._try_to_act()
            self.last_rule_id = rule.id
        else:
            self.phase = "tell"

    # -- looking --------------------------------------------------------------

    def _evaluate_batch(self):
        start = perf_counter()
        last = self._batch_end(self.last_lot_id)
        self.changed += self._write_dues(self.last_lot_id, last)
        self.last_lot_id = last
        self.seconds += perf_counter() - start
        if last == LAST_ID:
            self.phase = "act"

    @api.model
    def _batch_end(self, first):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot WHERE id > %s ORDER BY id OFFSET %s LIMIT 1",
                first,
                BATCH,
            )
        )
        return rows[0][0] if rows else LAST_ID

    @api.model
    def _write_dues(self, first, last):
        """Bring the rows of lots above ``first`` up to ``last`` up to date.

        :return: number of rows that changed
        """
        now = fields.Datetime.now()
        tables = self._look(self._rules(), now, first, last)
        columns = SQL(", ").join(map(SQL.identifier, FOUND))
        excluded = [SQL("excluded.%s", SQL.identifier(name)) for name in UPDATED]
        theirs = [SQL("f.%s", SQL.identifier(name)) for name in UPDATED]
        mine = [SQL("d.%s", SQL.identifier(name)) for name in UPDATED]
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(found)s,
                gone AS (
                    DELETE FROM trace_expiry_due d
                    WHERE d.lot_id > %(first)s AND d.lot_id <= %(last)s AND NOT EXISTS (
                        SELECT FROM found f
                        WHERE f.lot_id = d.lot_id AND f.location_id = d.location_id)
                    RETURNING 1),
                fresh AS (
                    SELECT f.* FROM found f
                    LEFT JOIN trace_expiry_due d
                        ON d.lot_id = f.lot_id AND d.location_id = f.location_id
                    WHERE d.id IS NULL OR (%(mine)s) IS DISTINCT FROM (%(theirs)s)),
                kept AS (
                    INSERT INTO trace_expiry_due AS d (%(columns)s, since, state)
                    SELECT %(columns)s, %(now)s, 'open' FROM fresh
                    ON CONFLICT (lot_id, location_id) DO UPDATE
                    SET (%(updated)s) = ROW(%(excluded)s),
                        since = CASE WHEN d.stage = excluded.stage
                            THEN d.since ELSE excluded.since END
                    RETURNING 1)
                SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
                """,
                found=found(tables, first, last),
                now=now,
                first=first,
                last=last,
                columns=columns,
                updated=SQL(", ").join(map(SQL.identifier, UPDATED)),
                excluded=SQL(", ").join(excluded),
                mine=SQL(", ").join(mine),
                theirs=SQL(", ").join(theirs),
            )
        )
        self.env["trace.expiry.due"].invalidate_model()
        return rows[0][0]

    @api.model
    def _look(self, rules, now, first=0, last=LAST_ID):
        """Put what is near a boundary into :data:`NEAR`; returns the tables for ``found``."""
        self._flush_sources()
        tables = self._tables(rules, now)
        # What compiling would take is more than what it would save.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", NEAR))
        self.env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s",
                NEAR,
                near(tables, now, first, last),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", NEAR))
        return tables

    @api.model
    def _flush_sources(self):
        for model in (
            "stock.quant",
            "stock.lot",
            "stock.location",
            "stock.warehouse",
            "product.product",
            "product.template",
            "product.category",
            "res.partner",
            "trace.expiry.rule",
            "trace.expiry.due",
        ):
            self.env[model].flush_model()

    @api.model
    def _rules(self):
        return self.env["trace.expiry.rule"]._rules()

    # -- what is joined -------------------------------------------------------

    @api.model
    def _tables(self, rules, now):
        """SQL of the tables that say which class goods and places are of, and what it means."""
        classes = Classes(rules)
        classes.goods(None, ())  # products without a category are of class 0
        categories = self._category_classes(classes)
        named = self._named_classes(classes)
        places = self._place_classes(classes, now)
        return SQL(
            "%s, %s, %s, %s",
            table("categ", {"categ_id": "int", "goods": "int"}, categories),
            table("named", {"product_id": "int", "goods": "int"}, named),
            table(
                "place",
                {
                    "location_id": "int",
                    "place": "int",
                    "company_id": "int",
                    "warehouse_id": "int",
                    "user_id": "int",
                    "today": "date",
                    "zone": "varchar",
                },
                places,
            ),
            table("won", WON, [_won(*won) for won in classes.limits()]),
        )

    @api.model
    def _category_classes(self, classes):
        rows = self.env.execute_query(SQL("SELECT id, parent_path FROM product_category"))
        return [(id_, classes.goods(None, _chain(path))) for id_, path in rows]

    @api.model
    def _named_classes(self, classes):
        products = sorted(classes.named_products)
        chains = self.env["trace.policy"]._category_chains(products)
        return [(id_, classes.goods(id_, chains.get(id_, ()))) for id_ in products]

    @api.model
    def _place_classes(self, classes, now):
        """Rows of ``place``: the clock there, and who looks after it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.parent_path, l.company_id, l.warehouse_id, p.tz, (
                    SELECT k.trace_user_id FROM stock_location k
                    WHERE k.trace_user_id IS NOT NULL AND l.parent_path LIKE k.parent_path || '%%'
                    ORDER BY length(k.parent_path) DESC LIMIT 1)
                FROM stock_location l
                LEFT JOIN stock_warehouse w ON w.id = l.warehouse_id
                LEFT JOIN res_partner p ON p.id = w.partner_id
                WHERE l.usage IN ('internal', 'transit')
                """
            )
        )
        zones = self._zones({company_id for _i, _p, company_id, *_r in rows})
        todays = {}
        for _id, _path, company_id, _warehouse, tz, _user in rows:
            if (company_id, tz) not in todays:
                clock = ZoneInfo(tz) if tz else zones[company_id]
                todays[company_id, tz] = expiry.day_of(now, clock)
        return [
            (
                id_,
                classes.place(_chain(path), company_id),
                company_id,
                warehouse_id,
                user_id,
                todays[company_id, tz],
                zones[company_id].key,
            )
            for id_, path, company_id, warehouse_id, tz, user_id in rows
        ]

    @api.model
    def _zones(self, company_ids):
        """Map company id -> zone in which its labels are read; for goods of none the main one's."""
        companies = self.env["res.company"].sudo()
        calendar = self.env["trace.calendar"]
        return {
            id_: calendar._zone(calendar._company_of(companies.browse(id_))) for id_ in company_ids
        }


#: Columns of ``won``: what rules come to for a class of goods in a class of places.
WON = {"goods": "int", "place": "int", "most_days": "int", "most_percent": "float8"}
for _name in ("warn", "stop", "pull"):
    WON |= {
        f"{_name}_rule": "int",
        f"{_name}_kind": "varchar",
        f"{_name}_days": "int",
        f"{_name}_percent": "float8",
    }


def _won(goods, place, limits):
    row, days, percents = [], [0], [0.0]
    for limit in (limits.warn, limits.stop, limits.pull):
        by_days = limit.days() if limit and limit.unit == expiry.DAYS else None
        percent = limit.at if limit and limit.unit == expiry.PERCENT else None
        row += [limit and limit.rule_id, limit and limit.kind, by_days, percent]
        days.append(by_days or 0)
        percents.append(percent or 0.0)
    return (goods, place, max(days), max(percents), *row)


def _chain(path):
    return tuple(int(part) for part in reversed((path or "").split("/")) if part)
