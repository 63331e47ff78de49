import json
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.seal_check import AnchorProblem, read_anchor

#: Blocks that are verified between two commits.
STEP_BLOCKS = 192
#: Events that somebody waits for; the rest is looked at in the background.
BUTTON_EVENTS = 400_000
#: Connections to the database that a verification in the background uses.
CONNECTIONS = 2
#: Nights in which all of the archive is looked at, and events of which a night has enough.
NIGHTS = 7
NIGHT_EVENTS = 1_000_000
#: Verifications by night that were good are kept for so many days.
KEPT_DAYS = 400


class TraceSealCheck(models.Model):
    """A verification of the sealed ledger, and what it found.

    Asked for by a person (the whole archive, or a range of events; with an anchor file, if there
    is one), or made by night: each night a part, all of it in a week. It goes on from block to
    block and is committed after each part, so a restart loses nothing. The newest block that it
    saw is kept and serves the next one as an anchor, besides those that people bring.

    What is found goes to the desk, to administrators and auditors.
    """

    _name = "trace.seal.check"
    _description = "Verification of the Ledger"
    _order = "id desc"
    _rec_name = "asked_at"

    scope = fields.Selection(
        [("all", "Whole archive"), ("range", "Range of events"), ("night", "Nightly round")],
        required=True,
        readonly=True,
    )
    first_id = fields.Integer("From Event", readonly=True, aggregator=None)
    last_id = fields.Integer("To Event", readonly=True, aggregator=None)
    state = fields.Selection(
        [("running", "Under way"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, default=lambda self: self.env.uid
    )
    asked_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    done_at = fields.Datetime(readonly=True)
    seconds = fields.Float("Seconds of Work", digits=(12, 2), readonly=True)
    until_block = fields.Integer("To Block", readonly=True, aggregator=None)
    done_block = fields.Integer("Verified to Block", readonly=True, aggregator=None)
    night_at = fields.Datetime("Tonight's Part Begun", readonly=True)
    night_end = fields.Integer("Tonight to Block", readonly=True, aggregator=None)
    progress = fields.Integer("Progress (%)", compute="_compute_progress", aggregator=None)
    events = fields.Integer("Events Verified", readonly=True)
    blocks = fields.Integer("Blocks Verified", readonly=True)
    purged = fields.Integer(readonly=True, help="Events that a retention rule has purged.")
    fault_count = fields.Integer("Faults", readonly=True)
    fault_ids = fields.One2many("trace.seal.fault", "check_id", readonly=True)
    notes = fields.Text(readonly=True)
    anchor = fields.Text(readonly=True)
    anchor_block = fields.Integer("Anchor's Block", compute="_compute_anchor_block")
    head = fields.Text(readonly=True)
    result = fields.Char(compute="_compute_result")

    @api.depends("done_block", "until_block", "state")
    def _compute_progress(self):
        for check in self:
            share = check.done_block / check.until_block if check.until_block else 0
            check.progress = 100 if check.state == "done" else int(100 * share)

    @api.depends("anchor")
    def _compute_anchor_block(self):
        for check in self:
            check.anchor_block = read_anchor(check.anchor).number if check.anchor else 0

    @api.depends("state", "fault_count", "events", "blocks")
    def _compute_result(self):
        for check in self:
            check.result = check._say()

    def _say(self):
        values = {"faults": self.fault_count, "events": self.events, "blocks": self.blocks}
        if self.fault_count:
            return self.env._(
                "Faults: %(faults)s (events: %(events)s, blocks: %(blocks)s)", **values
            )
        if self.state == "running":
            return self.env._("No fault so far (events: %(events)s)", **values)
        if not self.blocks:
            return self.env._("Nothing was sealed there")
        return self.env._(
            "All is as it was sealed (events: %(events)s, blocks: %(blocks)s)", **values
        )

    # -- asking ---------------------------------------------------------------

    @api.model
    def verify(
        self,
        first: int | None = None,
        last: int | None = None,
        anchor: dict | None = None,
        check: int | None = None,
    ) -> dict:
        """Verify the sealed ledger and return what was found (``/json/2/trace.seal.check/verify``).

        A large archive is verified in the background: ``state`` is ``running`` then, and the
        method is asked again with ``check``, the ``id`` of the answer.

        :param first: id of an event, for a range; the whole archive if neither is given
        :param last: id of the last event of the range
        :param anchor: what an anchor file says
        :param check: an earlier verification: how far it is, instead of a new one
        :return: dict ``id``, ``state``, ``progress`` (percent), ``ok`` (false where faults were
            found), ``events``, ``blocks``, ``purged``, ``fault_count``, ``faults`` (the first
            1,000, those of other companies left out: list of dicts ``block``, ``event_id``,
            ``kind``, ``says``), ``notes``
        """
        self._check_right()
        if check:
            return self.browse(check)._answer()
        ranged = first is not None or last is not None
        first, last = first or last or 0, last or first or 0
        content = json.dumps(anchor) if anchor else None
        return self._ask("range" if ranged else "all", first, last, content)._answer()

    def _answer(self):
        """What ``verify`` returns."""
        names = ("id", "state", "progress", "events", "blocks", "purged", "fault_count")
        faults = self.fault_ids.read(["block", "event_id", "kind", "says"], load="")
        return {
            **{name: self[name] for name in names},
            "ok": not self.fault_count,
            "faults": faults,
            "notes": (self.notes or "").splitlines(),
        }

    @api.model
    def _ask(self, scope="all", first_id=0, last_id=0, anchor=None):
        """Ask for a verification: what can be waited for is done at once, the rest by the cron.

        :param anchor: content of an anchor file
        :return: the ``trace.seal.check``
        """
        self._check_right()
        if anchor:
            try:
                read_anchor(anchor)
            except AnchorProblem as problem:
                raise UserError(self._problem(problem)) from None
        check = self.sudo().create(
            {
                "scope": scope,
                "first_id": first_id,
                "last_id": last_id,
                "anchor": anchor,
                "until_block": self._newest(),
            }
        )
        if scope == "range" or check._events_left() <= BUTTON_EVENTS:
            while check._step():
                pass
        else:
            self.env.ref("lot_serial_trace.cron_seal_check").sudo()._trigger()
        return self.browse(check.id)

    def _problem(self, problem):
        message = str(problem)
        return self.env._(message)  # pylint: disable=translation-not-lazy

    def _check_right(self):
        user = self.env.user
        if not any(
            user.has_group(f"lot_serial_trace.group_trace_{name}") for name in ("admin", "auditor")
        ):
            raise AccessError(self.env._("Administrators and auditors verify the ledger."))

    @api.model
    def _newest(self):
        return self.env.execute_query(
            SQL("SELECT COALESCE((SELECT max(number) FROM trace_block), 0)")
        )[0][0]

    def _events_left(self):
        return self.env.execute_query(
            SQL(
                "SELECT COALESCE(sum(event_count), 0) FROM trace_block "
                "WHERE number > %s AND number <= %s",
                self.done_block,
                self.until_block,
            )
        )[0][0]

    # -- working --------------------------------------------------------------

    def _step(self, connections=1):
        """Verify the next part.

        :return: whether there is more
        """
        self.ensure_one()
        started = time.perf_counter()
        blocks = self.env["trace.block"]
        if self.scope == "range":
            self._take(blocks._verify(self.first_id, self.last_id))
            return self._end(started)
        upto = self._next_end()
        found = blocks._verify_after(self.done_block, upto, connections)
        self._take(blocks._outcome(found))
        self.done_block = upto
        if upto < self.until_block:
            self.seconds += time.perf_counter() - started
            return True
        return self._end(started)

    def _next_end(self):
        """The number of the last block of the next part."""
        limit = self.night_end if self._under_way() else self.until_block
        [(upto,)] = self.env.execute_query(
            SQL(
                "SELECT max(number) FROM (SELECT number FROM trace_block "
                "WHERE number > %s AND number <= %s ORDER BY number LIMIT %s) b",
                self.done_block,
                limit,
                STEP_BLOCKS,
            )
        )
        return upto if upto is not None else limit

    def _end(self, started):
        """What is seen when all blocks were verified: what was cut off, and what is to be noted."""
        blocks = self.env["trace.block"]
        faults = blocks._end_faults(self.anchor)
        known = self._known_head()
        if known:
            faults += blocks._anchor_faults(read_anchor(known))
        self._take(blocks._outcome({"events": 0, "blocks": 0, "purged": 0, "faults": faults}))
        head = blocks.search([], order="number desc", limit=1)
        self.write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "done_block": self.until_block,
                "head": json.dumps(head._anchor()) if head else False,
                "notes": "\n".join(blocks._notes()),
                "seconds": self.seconds + time.perf_counter() - started,
            }
        )
        self._tell()
        return False

    def _known_head(self):
        """The newest block that the last good verification saw."""
        return self.search(
            [
                ("state", "=", "done"),
                ("fault_count", "=", 0),
                ("head", "!=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        ).head

    def _take(self, found):
        """Add what a part has found."""
        known = {(fault.kind, fault.block, fault.event_id) for fault in self.fault_ids}
        faults = [
            fault
            for fault in found["faults"]
            if (fault["kind"], fault["block"], fault["event_id"]) not in known
        ]
        companies = self.env["trace.event"]._company_of({fault["event_id"] for fault in faults})
        self.env["trace.seal.fault"].create(
            [
                {
                    **fault,
                    "check_id": self.id,
                    "company_id": companies.get(fault["event_id"]) or False,
                }
                for fault in faults
            ]
        )
        more = found["fault_count"] - len(found["faults"])
        self.write(
            {
                "events": self.events + found["events"],
                "blocks": self.blocks + found["blocks"],
                "purged": self.purged + found["purged"],
                "fault_count": self.fault_count + len(faults) + more,
                "notes": "\n".join(found["notes"]) or self.notes,
            }
        )

    def _tell(self):
        """Put what was found on the desk: one exception for each company that it concerns."""
        whole = self.env.ref("base.main_company")
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "seal_broken",
                    "company_id": company.id,
                    "values": {"count": len(faults), "first": faults[0].says},
                    **self._subject(faults[0]),
                }
                for company, faults in self.fault_ids.grouped(
                    lambda fault: fault.company_id or whole
                ).items()
            ]
        )

    def _subject(self, fault):
        """The block that an exception is about: the same one as last time is the same matter."""
        block = self.env["trace.block"].search(
            [("number", ">=", fault.block)], order="number", limit=1
        )
        return {"document_model": "trace.block", "document_id": block.id} if block else {}

    # -- by night -------------------------------------------------------------

    @api.model
    def _cron_verify(self):
        """Finish what people asked for, then go on with the round of the week."""
        commit = self.env["ir.cron"]._commit_progress
        for check in self.search([("state", "=", "running"), ("scope", "!=", "night")], order="id"):
            while check._step(CONNECTIONS):
                if not commit(1, remaining=1):
                    return
            commit(1)
        night = self._night()
        if night and night._nightly(commit):
            self._forget()
            commit(1, remaining=0)

    @api.model
    def _night(self):
        """The round that is under way, or a new one; None when tonight's part is done."""
        now = fields.Datetime.now()
        last = self.search([("scope", "=", "night")], limit=1)
        if last and last.night_at > now - timedelta(hours=20) and not last._under_way():
            return None
        if last.state == "running":
            if not last._under_way():
                last.night_at = now
            return last
        return self.create({"scope": "night", "until_block": self._newest(), "night_at": now})

    def _under_way(self):
        """Whether tonight's part was begun and not finished."""
        return (
            self.state == "running" and bool(self.night_end) and (self.done_block < self.night_end)
        )

    def _nightly(self, commit):
        """Verify tonight's part; returns whether it is complete."""
        if not self._under_way():
            self.night_end = self._night_end()
        more = True
        while more and self.done_block < self.night_end:
            more = self._step(CONNECTIONS)
            if not commit(1, remaining=1 if more and self.done_block < self.night_end else 0):
                return not more
        return True

    def _night_end(self):
        """The block with which tonight's part ends: a seventh, or as much as is done at once."""
        if self._events_left() <= NIGHT_EVENTS:
            return self.until_block
        return min(self.until_block, self.done_block + -(-self.until_block // NIGHTS))

    @api.model
    def _forget(self):
        """Forget rounds that were good, long ago."""
        self.search(
            [
                ("scope", "=", "night"),
                ("fault_count", "=", 0),
                ("done_at", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS)),
            ]
        ).unlink()

    # -- buttons --------------------------------------------------------------

    def action_go_on(self):
        """Look again how far it is."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}
