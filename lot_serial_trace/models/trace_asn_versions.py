from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.findings import Finding

#: States of a notice that a later one may correct or cancel without asking anybody.
UNTOUCHED = ("parsed", "expected")
#: States of a notice that goods were received against.
TOUCHED = ("receiving", "reconciled", "closed")
#: Suppliers begin their numbers anew: what is older is another shipment.
SAME_NUMBER_DAYS = 180


class TraceAsnVersions(models.Model):
    """A supplier corrects a notice, or takes it back.

    A notice with the number of an earlier one of the same supplier is the same notice
    when it says the same, else a correction: it takes the place of the earlier one, with
    its receipts and what a person had chosen. A cancellation puts an end to it. Once
    receiving has begun neither happens by itself: a person looks first.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.asn"

    numbered = fields.Boolean(readonly=True, help="The supplier gave the notice a number.")
    content_key = fields.Char(readonly=True, index="btree_not_null")
    replaces_id = fields.Many2one(
        "trace.asn",
        "Corrects",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        help="The earlier notice that this one corrects or cancels.",
    )
    replaced_by_ids = fields.One2many("trace.asn", "replaces_id", "Corrected By", readonly=True)
    is_late_correction = fields.Boolean(compute="_compute_is_late_correction")

    @api.depends("state", "replaces_id.state", "action")
    def _compute_is_late_correction(self):
        for asn in self:
            asn.is_late_correction = (
                asn.state == "parsed"
                and asn.action != "cancel"
                and asn.replaces_id.state in TOUCHED
            )

    # -- the same notice again ------------------------------------------------

    @api.model
    def _same_content(self, company, advice, content):
        """The notice that says what ``advice`` says, if the same supplier sent it before.

        :param content: its :func:`core.asn.versions.content_key`
        """
        key = advice.supplier and self.env["trace.asn.reading"]._key(advice.supplier)
        if not (key and advice.number):
            return self.browse()
        return self.search(
            [
                ("company_id", "=", company.id),
                ("name", "=", advice.number),
                ("supplier_key", "=", key),
                ("content_key", "=", content),
            ],
            order="id desc",
            limit=1,
        )

    # -- corrections and cancellations ----------------------------------------

    def _follow_versions(self):
        """Take the place of the notice that this one corrects, or cancel it.

        :return: list of :class:`core.findings.Finding` for a person
        """
        self.ensure_one()
        earlier = self.replaces_id or self._earlier()
        if self.action == "cancel":
            return self._cancel(earlier)
        if not earlier or earlier.state == "superseded":
            return []
        self.replaces_id = earlier
        if earlier.state in UNTOUCHED:
            self._supersede()
            return []
        return [self._about_version("asn_corrected_late", earlier)]

    def _earlier(self):
        """The notice of the same supplier that has the same number, the latest of them."""
        if not (self.numbered and (self.partner_id or self.supplier_key)):
            return self.browse()
        # A cancellation may overtake what it cancels; a correction may not.
        order = [] if self.action == "cancel" else [("id", "<", self.id)]
        same = self.search(
            [
                *order,
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("name", "=", self.name),
                ("action", "!=", "cancel"),
                ("state", "in", (*UNTOUCHED, *TOUCHED)),
                "|",
                ("supplier_key", "=", self.supplier_key or "-"),
                ("partner_id", "=", self.partner_id.id or -1),
            ],
            order="id desc",
        )
        return same.filtered(self._is_of_the_same_time)[:1]

    def _is_of_the_same_time(self, other):
        mine, theirs = (one.issued or one.create_date.date() for one in (self, other))
        return abs(mine - theirs) <= timedelta(days=SAME_NUMBER_DAYS)

    def _about_version(self, code, earlier):
        return Finding(
            code, {"asn": self.name, "earlier": earlier._when(), "count": earlier._came()}
        )

    def _when(self):
        """The notice with its day, because versions have the same number."""
        day = self.issued or self.create_date.date()
        return f"{self.name} ({self._localise({'day': day})['day']})"

    def _came(self):
        """How many of its numbers are in."""
        return self.env["trace.asn.unit"].search_count(
            [("asn_id", "=", self.id), ("outcome", "=", "received")]
        )

    def _cancel(self, earlier):
        """Cancel a notice that nothing was received from."""
        if self.state == "closed" or earlier.state == "cancelled":
            return []
        if not earlier:
            return [Finding("asn_cancelled", {"asn": self.name})]
        if earlier.state not in UNTOUCHED:
            return [self._about_version("asn_cancelled_late", earlier)]
        self.replaces_id = earlier
        earlier._end_version("cancelled", self, self.env._("Cancelled by the supplier"))
        self._set_state("closed")
        return []

    def _supersede(self):
        """Take the place of the notice that this one corrects."""
        earlier = self.replaces_id
        self.write(
            {
                "picking_ids": [(4, picking.id) for picking in earlier.picking_ids],
                "partner_id": self.partner_id.id or earlier.partner_id.id,
                "warehouse_id": self.warehouse_id.id or earlier.warehouse_id.id,
            }
        )
        self._keep_outcomes(earlier)
        earlier._end_version("superseded", self, self.env._("Corrected by the supplier"))

    def _end_version(self, state, later, reason):
        """End a notice because of a later one, and say so on both.

        :param state: ``superseded`` or ``cancelled``
        """
        came = self._came()
        self._set_state(state)
        self._resolve_all(reason)
        words = Markup("%s: %s") % (reason, later._get_html_link(title=later._when()))
        if came:
            words += Markup("<br/>%s") % self.env._("%s of its numbers were in already.", came)
        self.message_post(body=words)
        later.message_post(
            body=Markup("%s %s")
            % (self.env._("Takes the place of"), self._get_html_link(title=self._when()))
        )

    def _resolve_all(self, reason):
        open_ones = self.exception_ids.filtered(lambda one: one.state != "resolved")
        if open_ones:
            open_ones._resolve("corrected", reason)

    def _keep_outcomes(self, earlier):
        """What came of the earlier version has come of this one.

        Compared here and not by a join: of rows that were written a moment ago PostgreSQL
        knows no statistics, and would compare each with each.
        """
        self.env["trace.asn.unit"].flush_model()
        came = {(name, lot) for _id, name, lot in earlier._numbers("received")}
        ids = [unit_id for unit_id, *number in self._numbers() if tuple(number) in came]
        if ids:
            self.env.cr.execute(
                SQL("UPDATE trace_asn_unit SET outcome = 'received' WHERE id = ANY(%s)", ids)
            )
            self.env["trace.asn.unit"].invalidate_model(["outcome"])

    def _numbers(self, outcome=None):
        """Rows of id, number and lot: all, or those of which it came so."""
        wanted = SQL("AND outcome = %s", outcome) if outcome else SQL()
        return self.env.execute_query(
            SQL("SELECT id, name, lot FROM trace_asn_unit WHERE asn_id = %s %s", self.id, wanted)
        )

    def action_use_correction(self):
        """A person looked: this version counts, although goods of the earlier one are in."""
        self.ensure_one()
        self.check_access("write")
        if not self.is_late_correction:
            raise UserError(self.env._("There is no earlier version to take the place of."))
        asn = self.sudo()
        asn._supersede()
        asn._match()
        if asn.state == "expected" and asn.picking_ids:
            asn._count_again()

    def _count_again(self):
        """Compare with what is in already; the rest is still to come."""
        self._start_receiving()
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        self.env["trace.asn.receiving"]._settle(done)
