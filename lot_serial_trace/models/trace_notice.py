from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.notices import SOURCES
from .trace_guard import refuse_forgery

QUALITY = "lot_serial_trace.group_trace_quality"
SEVERITIES = [
    ("I", "Class I"),
    ("II", "Class II"),
    ("III", "Class III"),
    ("none", "Not classified"),
]
#: What belongs to people: everything else is as published.
SAID = {"user_id", "remark"}


class TraceNotice(models.Model):
    """A recall notice as published, and what of ours it may be about.

    A notice is known by who published it, its number and its language. When the publisher edits
    it, the new text is another version of the same notice, and what is different is shown. It is
    compared with own products and lots (``trace_notice_matching.py``): ``clear`` when nothing is
    ours, ``review`` while proposals wait for a person, then ``confirmed`` or ``refused``, and
    ``case`` when a recall case was opened. ``parked``: it could not be understood, and is shown.
    The state follows from matches and cases; nothing is ever done to goods here.
    """

    _name = "trace.notice"
    _description = "Recall Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "published_at desc, id desc"
    _rec_name = "title"
    _rec_names_search = ["number", "title"]
    _mail_post_access = "read"

    title = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("parked", "Parked"),
            ("review", "To Judge"),
            ("confirmed", "Ours"),
            ("case", "Case Opened"),
            ("refused", "Not Ours"),
            ("clear", "Nothing of Ours"),
        ],
        default="clear",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    source = fields.Selection(
        lambda self: [(kind, source.title) for kind, source in SOURCES.items()],
        required=True,
        readonly=True,
        index=True,
    )
    number = fields.Char(readonly=True, index=True)
    lang = fields.Char("Language", readonly=True)
    version = fields.Char(readonly=True, help="The publisher's own number of the version")
    feed_id = fields.Many2one(
        "trace.notice.feed", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_ids = fields.Many2many("res.company", string="Goods Of", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", tracking=True, domain="[('share', '=', False)]")
    remark = fields.Text()

    arrived_at = fields.Datetime("Arrived", readonly=True, index=True)
    changed_at = fields.Datetime("Edited", readonly=True, help="When the last version came")
    published_at = fields.Datetime("Published", readonly=True)
    modified_at = fields.Datetime("Modified", readonly=True, help="As its publisher says")
    initiated_on = fields.Date("Recall Began", readonly=True)
    ended_on = fields.Date("Recall Ended", readonly=True)
    status = fields.Char(readonly=True)
    severity_class = fields.Selection(SEVERITIES, "Class", default="none", readonly=True)
    class_text = fields.Char("Class as Published", readonly=True)
    category = fields.Char(readonly=True)
    reason = fields.Text(readonly=True)
    hazard = fields.Text("Danger", readonly=True)
    action = fields.Text("What to Do", readonly=True)
    authority = fields.Char(readonly=True)
    country = fields.Char(readonly=True)
    origin = fields.Char(readonly=True)
    area = fields.Text("Distributed In", readonly=True)
    firms = fields.Text(readonly=True)
    urls = fields.Json(readonly=True)
    images = fields.Json(readonly=True)
    links = fields.Html("Addresses", compute="_compute_links")
    flaws = fields.Text("Not Usable", readonly=True)

    sha256 = fields.Char("SHA-256", readonly=True, help="Of the record as published")
    version_ids = fields.One2many("trace.notice.version", "notice_id", "Versions", readonly=True)
    version_count = fields.Integer(compute="_compute_version_count")
    item_ids = fields.One2many("trace.notice.item", "notice_id", "Products", readonly=True)
    items_html = fields.Html("What It Says", compute="_compute_items_html")
    match_ids = fields.One2many("trace.notice.match", "notice_id", "Matches", readonly=True)
    proposed_count = fields.Integer("To Judge", readonly=True)
    confirmed_count = fields.Integer("Confirmed", readonly=True)
    best_score = fields.Integer("Score", readonly=True)
    to_match = fields.Boolean(readonly=True, index="btree_not_null")

    _one_notice = models.UniqueIndex("(company_id, source, number, lang) WHERE number IS NOT NULL")

    @api.depends("number", "title", "authority")
    def _compute_display_name(self):
        for notice in self:
            head = " ".join(filter(None, (notice.authority, notice.number)))
            notice.display_name = ": ".join(filter(None, (head[:80], (notice.title or "")[:80])))

    @api.depends("urls")
    def _compute_links(self):
        row = Markup('<div><a href="%s" target="_blank" rel="noopener noreferrer">%s</a></div>')
        for notice in self:
            notice.links = Markup().join(row % (url, url[:100]) for url in notice.urls or [])

    @api.depends("version_ids")
    def _compute_version_count(self):
        for notice in self:
            notice.version_count = len(notice.version_ids)

    @api.depends("item_ids")
    def _compute_items_html(self):
        row = Markup("<tr><td class='w-50'>%s</td><td>%s</td></tr>")
        table = Markup("<table class='table table-sm'><tbody>%s</tbody></table>")
        for notice in self:
            rows = Markup().join(row % (one.text_html, one.marks_html) for one in notice.item_ids)
            notice.items_html = rows and table % rows

    # -- state ----------------------------------------------------------------

    def _follow(self):
        """Let states and counts follow matches and cases: a constant number of queries."""
        rows = (
            self.env["trace.notice.match"]
            .sudo()
            ._read_group(
                [("notice_id", "in", self.ids)], ["notice_id", "state"], ["__count", "score:max"]
            )
        )
        found = {}
        for notice, state, count, score in rows:
            found.setdefault(notice.id, {})[state] = (count, score)
        with_case = self._with_case()
        changes = {}
        for notice in self:
            values = notice._figures(found.get(notice.id, {}), notice.id in with_case)
            changes.setdefault(tuple(values.items()), []).append(notice.id)
        for values, ids in changes.items():
            self.sudo().browse(ids).write(dict(values))
        self._tell()

    def _figures(self, found, has_case):
        """State and counts that follow from a notice's matches."""
        proposed, confirmed = (found.get(one, (0, 0))[0] for one in ("proposed", "confirmed"))
        scores = [score or 0 for state, (_count, score) in found.items() if state != "refused"]
        if self.state == "parked" and not found:
            state = "parked"
        elif proposed:
            state = "review"
        elif has_case:
            state = "case"
        elif confirmed:
            state = "confirmed"
        else:
            state = "refused" if found else "clear"
        return {
            "state": state,
            "proposed_count": proposed,
            "confirmed_count": confirmed,
            "best_score": max(scores, default=0),
        }

    def _tell(self):
        """Say on the desk what waits for a person; close what no longer does."""
        waiting = self.filtered(lambda one: one.state == "review" and one.feed_id.auto != "off")
        self.env["trace.exception"]._open_many([one._exception() for one in waiting])
        done = self.filtered(lambda one: one.state != "review")
        open_ones = (
            self.env["trace.exception"]
            .sudo()
            .search(
                [
                    ("kind", "=", "notice_match"),
                    ("document_model", "=", self._name),
                    ("document_id", "in", done.ids),
                    ("state", "!=", "resolved"),
                ]
            )
        )
        for exception in open_ones:
            notice = self.browse(exception.document_id)
            ours = notice.state in ("confirmed", "case")
            words = self.env._("Confirmed") if ours else self.env._("Not ours")
            exception._resolve("accepted" if ours else "mistake", words)

    def _exception(self):
        """What the desk is told about a notice."""
        goods = self.match_ids.filtered(lambda one: one.state == "proposed")
        names = list(dict.fromkeys(goods.product_id.mapped("display_name")))
        more = " …" if len(names) > 3 else ""
        return {
            "kind": "notice_match",
            "values": {
                "notice": " ".join(filter(None, (self.authority, self.number))) or self.title,
                "title": self.title[:120],
                "goods": ", ".join(names[:3]) + more,
                "score": self.best_score,
            },
            "company_id": self.company_id.id,
            "user_id": (self.user_id or self.feed_id.user_id).id,
            "lot_id": goods[:1].lot_id.id if len(goods) == 1 else False,
            "product_id": goods.product_id.id if len(goods.product_id) == 1 else False,
            "document_model": self._name,
            "document_id": self.id,
        }

    # -- guards ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse notices that nobody published: there is a dialog for typing one in."""
        if not self.env.su:
            raise UserError(self.env._("Press Type In: what was published is kept as it is."))
        return super().create(vals_list)

    def write(self, vals):
        """What was published stays; what becomes of it is for the buttons."""
        refuse_forgery(self, vals, SAID)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Notices are kept: an auditor asks what was known when."))

    def _check_judge(self):
        """Only who may hold goods judges whether a notice is about them."""
        if not self.env.su and not self.env.user.has_group(QUALITY):
            raise AccessError(self.env._("Quality decides whether a notice is about our goods."))
        self.check_access("write")

    @api.model
    def _check_may_bring(self):
        """Whether the user may upload or type notices in."""
        if not self.env.su and not self.env.user.has_group(QUALITY):
            raise AccessError(self.env._("Quality takes notices in."))

    # -- buttons --------------------------------------------------------------

    def action_match_again(self):
        """Compare with products and lots as they are now."""
        self._check_judge()
        self.env["trace.notice.matching"]._match(self.sudo())

    def action_confirm_all(self):
        """All that is proposed is ours."""
        self.match_ids.filtered(lambda one: one.state == "proposed").action_confirm()

    def action_refuse_all(self):
        """Ask why nothing of what is proposed is ours."""
        self.ensure_one()
        return self.match_ids.filtered(lambda one: one.state == "proposed").action_refuse()

    def action_read_again(self):
        """Read the records as published again: a reader may have learned something."""
        self._check_judge()
        self.env["trace.notice.reading"]._read_again(self.sudo())

    def action_open_versions(self):
        """Open the versions with what was different."""
        return self.version_ids._get_records_action(name=self.env._("Versions"))
