from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from .trace_run_line import ROLES

#: What makes a line the same one in two answers; the rest of it may have changed.
SAME = (
    "role",
    "lot_id",
    "product_id",
    "place_id",
    "package_name",
    "partner_id",
    "document_model",
    "document_id",
    "source_name",
)
#: Lines that tell of one movement: another time is another movement.
MOVEMENTS = ("path", "customer", "returned", "scrapped", "supplier")


class TraceRun(models.Model):
    """What changed between two answers to the same question: lines added, gone and changed."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.run"

    repeats_id = fields.Many2one("trace.run", "Asked Again", readonly=True)
    same_as_before = fields.Boolean(compute="_compute_same_as_before")
    change_ids = fields.One2many("trace.run.change", "run_id", "Changes", readonly=True)
    change_text = fields.Char("Since Then", readonly=True)

    @api.depends("digest", "repeats_id.digest")
    def _compute_same_as_before(self):
        for run in self:
            run.same_as_before = bool(run.repeats_id) and run.digest == run.repeats_id.digest

    def _compare(self, before):
        """Keep what is otherwise than in an earlier answer: one statement for any length."""
        self.ensure_one()
        self.env.cr.execute(SQL("DELETE FROM trace_run_change WHERE run_id = %s", self.id))
        self.env.cr.execute(
            SQL(
                """
                WITH line AS MATERIALIZED (
                    SELECT l.*, %(said)s AS said, concat_ws('|', %(key)s) AS key
                    FROM trace_run_line l WHERE l.run_id IN (%(before)s, %(after)s)
                ), side AS MATERIALIZED (
                    SELECT *, key || '|' || row_number() OVER (
                        PARTITION BY run_id, key ORDER BY quantity, said, id) AS turn
                    FROM line
                )
                INSERT INTO trace_run_change (run_id, kind, role, lot_id, lot_name, product_name,
                    partner_name, place, document, document_model, document_id, event_time, uom,
                    quantity_before, quantity_after, details)
                SELECT %(after)s,
                    CASE WHEN b.id IS NULL THEN 'added' WHEN a.id IS NULL THEN 'gone'
                        ELSE 'changed' END,
                    COALESCE(a.role, b.role), COALESCE(a.lot_id, b.lot_id),
                    COALESCE(a.lot_name, b.lot_name), COALESCE(a.product_name, b.product_name),
                    COALESCE(a.partner_name, b.partner_name), COALESCE(a.dest_name, b.dest_name),
                    COALESCE(a.document, b.document), COALESCE(a.document_model, b.document_model),
                    COALESCE(a.document_id, b.document_id), COALESCE(a.event_time, b.event_time),
                    COALESCE(a.uom, b.uom), b.quantity, a.quantity,
                    CASE WHEN a.id IS NOT NULL AND b.id IS NOT NULL THEN (
                        SELECT jsonb_object_agg(k, jsonb_build_array(b.said->k, a.said->k))
                        FROM jsonb_object_keys(b.said || a.said) AS k
                        WHERE b.said->k IS DISTINCT FROM a.said->k) END
                FROM (SELECT * FROM side WHERE run_id = %(before)s) b
                FULL JOIN (SELECT * FROM side WHERE run_id = %(after)s) a ON a.turn = b.turn
                WHERE a.said IS DISTINCT FROM b.said
                ORDER BY COALESCE(a.sequence, b.sequence)
                """,
                said=self._said("l"),
                key=_key(),
                before=before.id,
                after=self.id,
            )
        )
        self.invalidate_recordset()
        self.sudo().change_text = self._change_sentence(before)

    def _change_sentence(self, before):
        counts = dict(
            self.env["trace.run.change"]
            .sudo()
            ._read_group([("run_id", "=", self.id)], ["kind"], ["__count"])
        )
        when = format_datetime(self.env, before.answered_at, dt_format="short")
        if not counts:
            return self.env._("The answer is the same as on %s.", when)
        return self.env._(
            "Since %(when)s: %(added)s new, %(gone)s gone, %(changed)s changed.",
            when=when,
            added=counts.get("added", 0),
            gone=counts.get("gone", 0),
            changed=counts.get("changed", 0),
        )

    def action_changes(self):
        """Open what changed since the answer before."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_run_change"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "name": self.change_text}

    def action_compare(self):
        """Compare the two selected answers, the earlier one first."""
        if len(self) != 2 or any(run.state != "answered" for run in self):
            raise UserError(self.env._("Select two answers to compare."))
        self.check_access("read")
        before, after = self.sorted(lambda run: (run.answered_at, run.id))
        if after.repeats_id != before:
            after.sudo().repeats_id = before
        after.sudo()._compare(before.sudo())
        return after.action_changes()


class TraceRunChange(models.Model):
    """One line of an answer that is new, gone or otherwise than the answer before told it."""

    _name = "trace.run.change"
    _description = "Change of a Trace Answer"
    _order = "run_id, id"
    _rec_name = "lot_name"
    _log_access = False

    run_id = fields.Many2one(
        "trace.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("added", "New"), ("gone", "Gone"), ("changed", "Changed")], required=True, readonly=True
    )
    role = fields.Selection(ROLES, "Part", required=True, readonly=True)
    lot_id = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    partner_name = fields.Char("Partner", readonly=True)
    place = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    event_time = fields.Datetime("When", readonly=True)
    quantity_before = fields.Float("Before", digits="Product Unit", readonly=True)
    quantity_after = fields.Float("Now", digits="Product Unit", readonly=True)
    uom = fields.Char("Unit", readonly=True)
    details = fields.Json(readonly=True)
    what = fields.Char("What Changed", compute="_compute_what")

    @api.depends("details")
    def _compute_what(self):
        lines = self.env["trace.run.line"]
        sides = lines._balance_words()
        for change in self:
            told = []
            for name, (before, after) in sorted((change.details or {}).items()):
                if name == "figures":
                    told += _sides(before or {}, after or {}, sides)
                elif not name.endswith("_id"):
                    told.append(_told(self._label(lines, name), before, after))
            change.what = "; ".join(told)

    @api.model
    def _label(self, lines, name):
        if name not in lines._fields:
            return name
        return lines._fields[name]._description_string(self.env)

    def action_open_document(self):
        """Open the document of the line, as far as it still exists."""
        self.ensure_one()
        return self.env["trace.event"]._open_record(self.document_model, self.document_id)


def _key():
    """SQL of what makes a line the same one."""
    parts = [SQL("COALESCE(l.%s::text, '')", SQL.identifier(name)) for name in SAME]
    moved = SQL("CASE WHEN l.role IN %s THEN l.event_time::text ELSE '' END", MOVEMENTS)
    return SQL(", ").join([*parts, moved])


def _told(label, before, after):
    return f"{label}: {_plain(before)} → {_plain(after)}"


def _sides(before, after, words):
    """The sides of a balance that changed, as text."""
    return [
        _told(word, before.get(name, 0), after.get(name, 0))
        for name, word in words.items()
        if before.get(name, 0) != after.get(name, 0)
    ]


def _plain(value):
    """A value of JSON as people read it."""
    if value is None:
        return "–"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, (dict, list)):
        return "…"
    return str(value).replace("T", " ")
