from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .trace_guard import again_if_taken
from .trace_scan_reading import Stop

#: Rows and scans that a screen is told when it opens.
ROWS, SCANS = 200, 20


class TraceCount(models.Model):
    """A count of one place by one person.

    Begun with the place, filled by scans, ended with :meth:`trace_count_finish`: then the
    differences are put on the quants as counted quantities. A stock manager applies them at
    once; what others count is submitted and applied by a manager, here or in the physical
    inventory. A count survives a reload: begun again, it goes on.
    """

    _name = "trace.count"
    _description = "Count"
    _order = "id desc"
    _rec_name = "location_id"

    #: Where a ``trace.scan`` points to its count.
    _trace_scan_field = "count_id"

    location_id = fields.Many2one(
        "stock.location", "Place", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Counted By", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    blind = fields.Boolean(readonly=True, help="Who counts does not see what should be there")
    state = fields.Selection(
        [("open", "Counting"), ("submitted", "To Apply"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    finished_at = fields.Datetime(readonly=True)
    task_id = fields.Many2one("trace.count.task", readonly=True, index="btree_not_null")
    campaign_id = fields.Many2one(related="task_id.campaign_id")
    line_ids = fields.One2many("trace.count.line", "count_id", "Counted", readonly=True)

    _one_open = models.UniqueIndex(
        "(location_id, user_id) WHERE state = 'open'", "You count this place already."
    )

    @api.model
    def trace_start(
        self,
        location_id: int | None = None,
        code: str | None = None,
        blind: bool = True,
        task_id: int | None = None,
    ) -> dict:
        """Begin to count a place, or go on with the count of it that one has begun.

        A place that a campaign gave to the user is counted for the campaign, and as it says.

        :param location_id: the place
        :param code: or its barcode, as scanned
        :param task_id: or a place of a campaign, see :meth:`trace_tasks`
        :param blind: whether what should be there is hidden from who counts
        :return: dict with ``id``, ``location`` (``{"id", "name"}``), ``blind``, ``state``,
            ``rows`` (the last 200 counted: dicts ``product_id``, ``name``, ``number``,
            ``counted``, ``theory`` (None if blind), ``uom``), ``row_count``, ``scans`` (the
            last 20, see ``stock.picking.trace_scan_open``), ``warning``: a sentence if
            somebody else counts the same place, else empty; and ``task``: None, or a dict of what
            a campaign wants counted here: ``id``, ``campaign``, ``again`` (counted for the second
            time), ``goods`` (names; empty: all that lies here), ``more`` (goods not named)
        :raises UserError: there is no such place, or nothing can lie there
        """
        self._check_right()
        task = self._task(task_id)
        place = task.location_id if task else self._place_to_count(location_id, code)
        mine = [("location_id", "=", place.id), ("user_id", "=", self.env.uid)]
        count = self.sudo().search([*mine, ("state", "=", "open")], limit=1)
        if not count:
            task = task or self.env["trace.count.task"]._mine(place)[:1]
            count = self._create_count(place, task, blind)
        elif task and count.task_id != task:
            raise UserError(
                self.env._("You count %s already. Finish that count first.", place.display_name)
            )
        return count.with_env(self.env)._told()

    @api.model
    def _create_count(self, place, task, blind):
        if task:
            task._begin()
        with again_if_taken():
            return self.sudo().create(
                {
                    "location_id": place.id,
                    "user_id": self.env.uid,
                    "blind": task.campaign_id.blind if task else bool(blind),
                    "company_id": (task.company_id or place.company_id or self.env.company).id,
                    "task_id": task.id,
                }
            )

    @api.model
    def _task(self, task_id):
        tasks = self.env["trace.count.task"]
        if not task_id:
            return tasks.sudo()
        task = tasks.search([("id", "=", task_id)])
        if not task:
            raise UserError(self.env._("This place is not to be counted any more."))
        return task.sudo()

    @api.model
    def trace_tasks(self) -> list:
        """The places that campaigns want counted, by the user or by whoever comes first.

        :return: list of dicts ``id``, ``location`` (``{"id", "name"}``), ``campaign``, ``due``
            (date or None), ``late``, ``again`` (counted for the second time), ``mine``; at most
            200, one's own first
        """
        self._check_right()
        return self.env["trace.count.task"]._mine()._rows()

    @api.model
    def _check_right(self):
        if not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Only people who work with stock can count it."))

    @api.model
    def _place_to_count(self, location_id, code):
        places = self.env["stock.location"]
        if location_id:
            place = places.search([("id", "=", location_id)])
        else:
            reading = self.env["trace.scan.reading"]
            try:
                place = reading._place(reading._read(code))
            except Stop as stop:
                raise UserError(str(stop)) from stop
        if not place:
            raise UserError(self.env._("%s is no place here. Scan a place.", code or location_id))
        if place.usage not in ("internal", "transit"):
            raise UserError(self.env._("Nothing can be counted in %s.", place.display_name))
        return place

    def _told(self):
        lines = self.sudo().line_ids
        return {
            "id": self.id,
            "location": {"id": self.location_id.id, "name": self.location_id.display_name},
            "blind": self.blind,
            "state": self.state,
            "rows": [line._told(self.blind) for line in lines[:ROWS].with_env(self.env).sudo()],
            "row_count": len(lines),
            "scans": self.env["trace.scan"]._rows(self, SCANS),
            "warning": self._warn_others(),
            "task": self.sudo().task_id._told(),
        }

    def _warn_others(self):
        """Two who count one place at a time see each other's half as missing."""
        others = self.sudo().search(
            [
                ("location_id", "=", self.location_id.id),
                ("state", "!=", "done"),
                ("id", "!=", self.id),
            ]
        )
        # That a place is counted twice is what a campaign wants.
        others = others.filtered(lambda count: not count.task_id or count.task_id != self.task_id)
        if not others:
            return ""
        return self.env._(
            "%(who)s has counted %(place)s, too, and that count is not applied yet.",
            who=", ".join(others.user_id.mapped("name")),
            place=self.location_id.display_name,
        )

    def trace_count_scan(
        self,
        code: str,
        method: str = "scanned",
        uuid: str | None = None,
        device: str | None = None,
        reason: str | None = None,
        scanned_at: str | None = None,
        product_id: int | None = None,
        quantity: float | None = None,
    ) -> dict:
        """Count one scanned or typed code.

        :return: see ``stock.picking.trace_scan``, and ``row``: the counted row (dict as in
            :meth:`trace_start`) or None
        :raises UserError: the count is somebody else's, or a detail is malformed
        """
        self._check_mine()
        return self.env["trace.scan"]._take(
            self,
            code,
            method=method,
            uuid=uuid,
            device=device,
            reason=reason,
            scanned_at=scanned_at,
            product_id=product_id,
            quantity=quantity,
        )

    def trace_count_undo(self, uuid: str) -> dict:
        """Take back one scan of the count.

        :param uuid: of the scan
        :return: see :meth:`trace_count_scan`
        """
        self._check_mine()
        return self.env["trace.scan"]._take_back(self, uuid)

    def trace_count_finish(self, missing_is_zero: bool = False, apply: bool = True) -> dict:
        """End the count and put the counted quantities on the stock.

        :param missing_is_zero: what lies in the place by the books and was not counted is gone
        :param apply: apply the differences at once; a stock manager's right, others submit
        :return: ``{"done": bool, "message": str, "differences": list}``: dicts ``product_id``,
            ``name``, ``number``, ``theory``, ``counted``, ``difference``, ``uom``
        """
        self._check_mine(others=True)
        return self.env["trace.count.applying"]._finish(self, missing_is_zero, apply)

    def _check_mine(self, others=False):
        self.ensure_one()
        self._check_right()
        self.check_access("read")
        manages = others and self.env.user.has_group("stock.group_stock_manager")
        if self.user_id != self.env.user and not manages:
            raise UserError(self.env._("This count is %s's. Begin your own.", self.user_id.name))

    # -- for trace.scan -------------------------------------------------------

    def _trace_understand(self, code, details, found):
        self.env["trace.scan.counting"]._understand(self, code, details, found)

    def _trace_undo(self, scan):
        self.env["trace.scan.counting"]._undo(self, scan)

    def _trace_scan_vals(self):
        return {"count_id": self.id, "step": "count", "company_id": self.company_id.id}

    def _trace_scan_state(self, product, rows=None):
        """What of an answer tells how far the count is."""
        self.env["trace.count.line"].flush_model()
        lines = self.sudo().line_ids
        row = lines.browse()
        if rows is not None:
            row = rows
        theory, counted = lines._read_group(
            [("count_id", "=", self.id)], [], ["theory:sum", "counted:sum"]
        )[0]
        return {
            "changed": [],
            "row": row._told(self.blind) if row else None,
            "progress": {
                "wanted": 0.0 if self.blind else theory,
                "captured": counted,
                "advised": None,
                "advised_captured": 0.0,
                "unexpected": 0.0,
            },
        }
