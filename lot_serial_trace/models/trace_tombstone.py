from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime


class TraceTombstone(models.Model):
    """What was purged from the ledger, by which rule, by whom and when.

    It is written before anything goes: ``trace.tombstone.event`` names every entry, and the
    ledger says that the purge was ordered. Then the entries go in batches that are committed one
    by one (``trace_tombstone_purging.py``). The seals keep the hashes of what is gone, so the
    archive is verified without it; an entry is missing for a reason if the ledger bears out the
    tombstone that names it (``trace_tombstone_told.py``). ``trace.tombstone.lot`` keeps how much
    of which lot's history went: answers say so.
    """

    _name = "trace.tombstone"
    _description = "Purge"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    retention_id = fields.Many2one(
        "trace.retention", "Class", required=True, readonly=True, index=True, ondelete="restrict"
    )
    rule = fields.Char(readonly=True, help="The class as it was then")
    state = fields.Selection(
        [("ordered", "Going on"), ("done", "Done"), ("stopped", "Stopped")],
        default="ordered",
        required=True,
        readonly=True,
    )
    ordered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    ordered_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime("Ended", readonly=True)
    since = fields.Datetime("Entries From", readonly=True)
    until = fields.Datetime("Entries Up To", readonly=True)
    ordered = fields.Integer("To Purge", readonly=True, aggregator=None)
    purged = fields.Integer(readonly=True)
    spared = fields.Integer(
        readonly=True, help="Kept after all: held, or without a good copy, when their turn came"
    )
    progress = fields.Float(compute="_compute_progress")
    digest = fields.Char(
        readonly=True,
        help="SHA-256 over the ids of the entries that were ordered to go: in their order, "
        "4 bytes each, the highest first.",
    )
    copies = fields.Text(
        readonly=True, help="Files outside the database with these entries, and their SHA-256"
    )
    manifests = fields.Char(readonly=True, help="SHA-256 over the copies' manifests")
    next_id = fields.Integer(readonly=True)
    lot_ids = fields.One2many("trace.tombstone.lot", "tombstone_id", "Lots", readonly=True)

    @api.depends("ordered", "purged", "spared", "state")
    def _compute_progress(self):
        for one in self:
            gone = one.purged + one.spared
            one.progress = 100 * gone / one.ordered if one.ordered else 100

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was purged, and why, is kept."))

    # -- what others ask ------------------------------------------------------

    @api.model
    def _about(self, lot_ids, company_ids=None):
        """What was purged of the history of lots: one query.

        :param lot_ids: list of ids; the lots need not exist any more
        :param company_ids: of these companies only; those of the user if not given
        :return: list of dicts ``lot_id``, ``lot_name``, ``product_name``, ``count``, ``since``,
            ``until`` (time of the first and the last entry that is gone), ``rule``,
            ``purged_at``, ``tombstone_id``; the lots' in their order, earliest purge first
        """
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT n.lot_id, n.lot_name, n.product_name, n.count, n.since, n.until, t.rule,
                    COALESCE(t.done_at, t.ordered_at) AS purged_at, t.id AS tombstone_id
                FROM trace_tombstone_lot n JOIN trace_tombstone t ON t.id = n.tombstone_id
                WHERE n.lot_id = ANY(%s) AND n.company_id = ANY(%s)
                ORDER BY n.lot_id, t.id
                """,
                list(lot_ids),
                company_ids or self.env.companies.ids,
            )
        )

    @api.model
    def _says(self, lot_ids, company_ids=None, limit=5):
        """Sentences about what was purged of lots' history, for whoever reads an answer."""
        rows = self._about(lot_ids, company_ids)
        said = [
            self.env._(
                "%(lot)s: %(count)s entries up to %(until)s were purged by rule “%(rule)s”.",
                lot=row["lot_name"] or row["lot_id"],
                count=row["count"],
                until=format_datetime(self.env, row["until"], dt_format="short"),
                rule=row["rule"],
            )
            for row in rows[:limit]
        ]
        more = len(rows) - len(said)
        return said + ([self.env._("And so of %s more.", more)] if more > 0 else [])

    def action_open_lots(self):
        """Show of which lots' history something went: there may be hundreds of thousands."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "trace.tombstone.lot",
            "view_mode": "list",
            "domain": [("tombstone_id", "=", self.id)],
        }

    def action_open_events(self):
        """Show what the ledger says of this purge."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "trace.event",
            "view_mode": "list,form",
            "domain": [("document_model", "=", self._name), ("document_id", "=", self.id)],
        }
