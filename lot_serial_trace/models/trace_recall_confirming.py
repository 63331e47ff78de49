from odoo import fields, models
from odoo.exceptions import UserError


class TraceRecallConfirming(models.Model):
    """Confirming: by one person, or asked for by one and confirmed by another.

    The request that confirms walks to the scope and puts what is on hand on hold, as much as
    one slice takes: that is what cannot wait. The rest is the job's (``trace_recall_working``),
    unless it is so little that nobody need wait for it.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def _confirm(self):
        """Confirm the case; where two people decide, the first one asks for it.

        Whoever confirms at the same moment waits for the other, runs again, and is told.
        """
        self.ensure_one()
        self._check_right()
        self._meet()
        self._check_ready()
        if self._needs_second():
            self._ask_for_second()
        else:
            self._start()

    def _meet(self):
        """Take the case in hand: of two who decide about it the second one runs again."""
        self.flush_recordset(["state"])
        self.env.cr.execute(
            "SELECT state FROM trace_recall WHERE id = ANY(%s) FOR UPDATE", [self.ids]
        )
        self.invalidate_recordset(["state"])

    def _check_ready(self):
        """Refuse what is confirmed already, and what says nothing."""
        if self.state not in ("draft", "approval"):
            raise UserError(
                self.env._("%s was confirmed or cancelled by somebody else.", self.name)
            )
        if not self.lot_ids:
            raise UserError(
                self.env._("%s names no lot or serial number: add those it is about.", self.name)
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: whoever is stopped will read the reason."))
        self._check_companies()

    def _check_companies(self):
        """Whoever confirms stops goods of all the companies: he must have access to them."""
        lots = self.sudo().lot_ids
        missing = lots.company_id - self._companies()
        if missing:
            raise UserError(
                self.env._(
                    "Some of the lots belong to %s: add it to the companies of the case.",
                    ", ".join(missing.mapped("name")),
                )
            )
        foreign = self._companies() - self.env.user.company_ids
        if foreign and not self.env.su:
            raise UserError(
                self.env._(
                    "The case is about goods of %s, too, to which you have no access. Somebody who "
                    "has must confirm it.",
                    ", ".join(foreign.mapped("name")),
                )
            )

    # -- two people -----------------------------------------------------------

    def _needs_second(self):
        """Whether one more person has to say yes."""
        if self.is_drill or not any(self._companies().mapped("trace_recall_two")):
            return False
        if self.state == "draft":
            return True
        if self.asked_by_id == self.env.user:
            raise UserError(
                self.env._("You asked for it. Another recall manager has to confirm it.")
            )
        return False

    def _ask_for_second(self):
        self._go(
            "approval",
            self.env._("%s asked that it be confirmed.", self.env.user.name),
            asked_by_id=self.env.uid,
        )
        self._tell_managers()

    def _back_to_draft(self):
        """Something has to be changed before it is confirmed."""
        self._check_right()
        self._meet()
        if self.state != "approval":
            raise UserError(self.env._("Only what waits for approval goes back to draft."))
        self._drop_tasks()
        self._go("draft", self.env._("Sent back to be changed."), asked_by_id=False)

    # -- starting -------------------------------------------------------------

    def _start(self):
        """Freeze the lots, hold the first of them, and have the job do the rest."""
        now = fields.Datetime.now()
        self._drop_tasks()
        case = self.sudo()
        case.write({"approver_id": self.env.uid})
        acting = self._acting()
        acting._walk_in(acting.lot_ids, "asked")
        if self.direction == "both":
            acting._walk_in(acting.lot_ids, "asked", forward=False)
        self._go(
            "running",
            self.env._(
                "Confirmed: %(lots)s lots and serial numbers, %(asked)s of them asked about.",
                lots=len(acting.scope_ids.lot_id),
                asked=len(acting.lot_ids),
            ),
            confirmed_at=now,
            phase="trace" if self.is_drill else "hold",
        )
        acting._work_now()
