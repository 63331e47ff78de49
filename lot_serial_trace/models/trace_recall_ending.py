from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .trace_recall_scope import WALKED


class TraceRecallEnding(models.Model):
    """A scope becomes smaller, two cases become one, a case ends.

    Narrowing and cancelling release the holds that this case placed and no others: goods that
    something else holds stay where they are (``trace.hold`` undoes what placing did). A case is
    closed when nothing is left to do, or with a reason why it is closed all the same; its holds
    stay until somebody decides about the goods.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def _must_run(self):
        if self.state != "running":
            raise UserError(self.env._("%s is not running.", self.name))

    def _checked_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: an auditor will read it."))
        return reason

    def _check_companies_of(self, lots):
        missing = lots.sudo().company_id - self._companies()
        if missing:
            raise UserError(
                self.env._(
                    "Some of the lots belong to %s, which is not part of the case.",
                    ", ".join(missing.mapped("name")),
                )
            )

    # -- narrowing ------------------------------------------------------------

    def _narrow(self, lots, reason, relatives=False):
        """Take lots out of the scope and release their holds of this case.

        :param reason: sentence that an auditor will read, e.g. the number of a test report
        :param relatives: what is in the scope because of these lots alone goes with them
        """
        self.ensure_one()
        self._check_right()
        reason = self._checked_reason(reason)
        self._meet()
        if self.state in ("draft", "approval"):
            self.sudo().lot_ids -= lots
            self._note("narrowed", self._told_narrowed(len(lots), reason), lots=lots.ids)
            return
        self._must_run()
        count = self._exclude(lots.ids, reason)
        if relatives:
            count += self._exclude(self._reached_no_more(), reason)
        self._note("narrowed", self._told_narrowed(count, reason), lots=lots.ids)
        self._begin("release")

    def _told_narrowed(self, count, reason):
        return self.env._(
            "Narrowed by %(count)s lots and serial numbers: %(reason)s", count=count, reason=reason
        )

    def _exclude(self, lot_ids, reason):
        """Mark rows of lots as taken out; how many lots that is."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE trace_recall_lot SET state = 'excluded', why_text = %s "
                "WHERE recall_id = %s AND lot_id = ANY(%s) AND state IN ('scoped', 'held') "
                "RETURNING lot_id",
                reason,
                self.id,
                list(lot_ids),
            )
        )
        self.env["trace.recall.lot"].invalidate_model(["state", "why_text"])
        return len(set(rows))

    def _reached_no_more(self):
        """Ids of lots that nothing which is left in the scope leads to."""
        starts = [(lot_id, None) for lot_id in self._asked_lots().ids]
        reach = self.env["trace.edge"]._reach(starts, True, self._companies().ids)
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id FROM trace_recall_lot WHERE recall_id = %s AND why = %s "
                "AND state IN ('scoped', 'held') AND level > 0 "
                "AND lot_id NOT IN (SELECT lot_id FROM %s)",
                self.id,
                WALKED,
                reach,
            )
        )
        return [lot_id for (lot_id,) in rows]

    # -- merging --------------------------------------------------------------

    def _merge(self, other):
        """Take over all of another case, which ends.

        Holds of the other one stay in force, as those of this case from now on.
        """
        self.ensure_one()
        self._check_right()
        other._check_right()
        (self | other)._meet()
        self._check_merge(other)
        if self.state == "running":
            self._take_over(other)
        else:
            self.sudo().lot_ids |= other.sudo().lot_ids
        self.sudo().company_ids |= other.sudo()._companies()
        first = min(filter(None, (self.initiated_at, other.initiated_at)), default=False)
        self.sudo().initiated_at = first
        self._note(
            "merged", self.env._("%s was merged into this case.", other.name), other=other.id
        )
        other._go(
            "closed",
            self.env._("Merged into %s.", self.name),
            parent_id=self.id,
            closed_at=fields.Datetime.now(),
            phase="done",
        )
        self._after_merge(other)
        if self.state == "running":
            self._begin("hold")

    def _check_merge(self, other):
        if self == other:
            raise UserError(self.env._("A case cannot be merged into itself."))
        if self.is_drill != other.is_drill:
            raise UserError(self.env._("A drill and a case cannot be merged."))
        for one in (self, other):
            if one.state not in ("draft", "running"):
                raise UserError(
                    self.env._("%s: only drafts and running cases can be merged.", one.name)
                )
        if other.state == "running" and self.state == "draft":
            raise UserError(
                self.env._("%s runs already: merge the draft into it instead.", other.name)
            )

    def _take_over(self, other):
        """The rows and the holds of another case; a draft has lots to walk from."""
        acting = self._acting()
        if other.state == "draft":
            acting._walk_in(other.sudo().lot_ids, "extended", other.name)
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_recall_lot (recall_id, lot_id, lot_name, product_id, company_id,
                    why, why_text, level, tainted_at, joined_at, hold_id, state, uom_name,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(mine)s, lot_id, lot_name, product_id, company_id, why, why_text, level,
                    tainted_at, joined_at, hold_id, state, uom_name,
                    %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM trace_recall_lot
                WHERE recall_id = %(other)s AND state IN ('scoped', 'held')
                ON CONFLICT (recall_id, lot_id, company_id) DO UPDATE SET state = excluded.state,
                    hold_id = excluded.hold_id
                WHERE trace_recall_lot.state NOT IN ('scoped', 'held')
                """,
                mine=self.id,
                other=other.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.env.cr.execute(
            "UPDATE trace_hold SET origin_id = %s, origin = %s "
            "WHERE origin_model = 'trace.recall' AND origin_id = %s",
            [self.id, self.name, other.id],
        )
        self.env.invalidate_all()

    def _after_merge(self, other):
        """Called when another case was taken over: who keeps records of it moves them here."""

    # -- cancelling -----------------------------------------------------------

    def _cancel(self, reason):
        """End the case and undo what it did: its holds, and what is left of its tasks."""
        self.ensure_one()
        self._check_right()
        reason = self._checked_reason(reason)
        self._meet()
        if self.state not in ("draft", "approval", "running"):
            raise UserError(self.env._("%s has ended already.", self.name))
        ran = self.state == "running"
        self._drop_tasks()
        self._go(
            "cancelled",
            self.env._("Cancelled: %s", reason),
            cancelled_at=fields.Datetime.now(),
            phase="release" if ran else "done",
        )
        if ran:
            self._after_cancel(reason)
            self._begin("release")

    def _after_cancel(self, reason):
        """Called when a running case was cancelled: whoever was told is told that it is over."""

    # -- closing --------------------------------------------------------------

    def _closing_obstacles(self):
        """Sentences that tell what is still open."""
        obstacles = super()._closing_obstacles()
        if self.state == "running" and self.phase != "done":
            obstacles.append(self.env._("Confirming it is still under way."))
        left = self._not_held()
        if left:
            obstacles.append(
                self.env._(
                    "The hold of %s lots and serial numbers is not in force any more, or not yet.",
                    left,
                )
            )
        return obstacles

    def _not_held(self):
        """How many lots of the scope have no hold of the case, unless somebody released it."""
        if self.is_drill:
            return 0
        domain = [("recall_id", "=", self.id), ("state", "=", "scoped")]
        return self.env["trace.recall.lot"].sudo().search_count(domain)

    def _close(self, reason=None):
        """End the case.

        :param reason: why it is closed although something is open
        """
        self.ensure_one()
        self._check_right()
        self._meet()
        self._must_run()
        obstacles = self._closing_obstacles()
        if obstacles and not (reason or "").strip():
            raise UserError(
                "\n".join(
                    [self.env._("%s cannot be closed yet:", self.name)]
                    + [f"– {sentence}" for sentence in obstacles]
                )
            )
        says = self.env._("Closed: nothing is open.")
        if obstacles:
            says = self.env._("Closed all the same: %s", reason.strip())
        self._drop_tasks()
        self._go("closed", says, closed_at=fields.Datetime.now(), phase="done")
        if obstacles:
            self._note("open_at_close", "\n".join(obstacles), obstacles=obstacles)
