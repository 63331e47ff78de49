from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.notices import SOURCES

ADMIN = "lot_serial_trace.group_trace_admin"
MEGABYTE = 1024 * 1024
#: Pause after a failure: twice as long each time, up to this.
LONGEST_PAUSE = timedelta(days=1)


class TraceNoticeFeed(models.Model):
    """A publisher of recall notices, and how its notices come to us.

    By HTTP a scheduled job asks it (``trace_notice_polling.py``), by SOAP as well
    (``trace_notice_soap.py``); a mail address takes what suppliers and authorities send; upload
    and typing work without any feed. Each feed is asked in a transaction of its own: one that is
    broken stops no other, says what is wrong, and is left alone for a while.
    """

    _name = "trace.notice.feed"
    _description = "Feed of Recall Notices"
    _inherit = ["mail.thread", "mail.alias.mixin.optional"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    road = fields.Selection(
        [("http", "HTTP"), ("soap", "SOAP"), ("mail", "Mail"), ("upload", "Upload")],
        "Comes By",
        required=True,
        default="http",
    )
    source = fields.Selection(
        lambda self: [(kind, source.title) for kind, source in SOURCES.items() if kind != "typed"],
        "Format",
        required=True,
        default="generic",
        help="Whose notices they are. Uploaded files tell themselves.",
    )
    company_id = fields.Many2one(
        "res.company",
        "Desk Of",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="Whose exception desk is told.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Goods Of",
        default=lambda self: self.env.company,
        help="Companies whose products and lots are compared with the notices.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        domain="[('share', '=', False)]",
        help="Who judges what was found. Empty: whoever takes it from the desk.",
    )
    auto = fields.Selection(
        [
            ("off", "Nothing: the match waits in the list of notices"),
            ("exception", "Put it on the exception desk"),
            ("case", "Put it on the desk and open a draft case"),
        ],
        "When Goods Are Ours",
        required=True,
        default="exception",
        help="Goods are never stopped by a notice alone: a person confirms the case.",
    )
    min_score = fields.Integer(
        "Least Score", default=45, required=True, help="Weaker matches are not proposed."
    )
    case_score = fields.Integer(
        "Draft Case From", default=90, required=True, help="Score of the best match of a lot"
    )

    # HTTP
    polling = fields.Boolean("Ask by Itself", help="Off: only when somebody presses Ask now.")
    url = fields.Char("Address", groups=ADMIN)
    filters = fields.Text(
        groups=ADMIN, help="Further parameters of the service, one a line: state=CA"
    )
    api_key = fields.Char("Key", groups=ADMIN, copy=False)
    user_name = fields.Char("User", groups=ADMIN, copy=False)
    password = fields.Char(groups=ADMIN, copy=False)
    token = fields.Char("Bearer Token", groups=ADMIN, copy=False)
    hosts = fields.Char(
        "Other Hosts", groups=ADMIN, help="That the service may point to, separated by commas"
    )
    timeout = fields.Integer("Time-out (Seconds)", default=60, groups=ADMIN)
    max_megabytes = fields.Float("Largest Answer (MB)", default=64, required=True)
    page_size = fields.Integer("Notices a Page", groups=ADMIN, help="0: as the service likes best")
    max_pages = fields.Integer("Most Pages", default=60, required=True, groups=ADMIN)
    interval_hours = fields.Float("Ask Every (Hours)", default=6, required=True)
    overlap_days = fields.Integer(
        "Overlap (Days)",
        default=14,
        required=True,
        help="Notices are edited after they were published, and their dates do not move: as many "
        "days before the last run are asked for again.",
    )
    first_days = fields.Integer(
        "First Run (Days)", default=60, required=True, help="How far back the first run goes."
    )

    # how it went
    last_run = fields.Datetime("Last Asked", readonly=True, copy=False)
    last_success = fields.Datetime(readonly=True, copy=False)
    next_run = fields.Datetime("Not Before", readonly=True, copy=False)
    failures = fields.Integer(readonly=True, copy=False, help="In a row")
    last_error = fields.Text(readonly=True, copy=False)
    last_result = fields.Char("Last Time", readonly=True, copy=False)
    tag = fields.Char(readonly=True, copy=False)
    last_modified = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [("off", "Off"), ("new", "Not asked yet"), ("ok", "Fine"), ("trouble", "In trouble")],
        compute="_compute_state",
    )
    notice_ids = fields.One2many("trace.notice", "feed_id", "Notices")
    notice_count = fields.Integer(compute="_compute_counts")
    review_count = fields.Integer(compute="_compute_counts")
    parked_count = fields.Integer(compute="_compute_counts")

    _limits = models.Constraint(
        "CHECK (max_megabytes > 0 AND max_pages > 0 AND interval_hours >= 0.1 AND "
        "overlap_days >= 0 AND first_days >= 0 AND timeout BETWEEN 1 AND 600)",
        "Limits are more than zero; a time-out is 1 to 600 seconds.",
    )
    _scores = models.Constraint(
        "CHECK (min_score BETWEEN 1 AND 99 AND case_score BETWEEN 1 AND 99)",
        "Scores are 1 to 99.",
    )

    @api.depends("polling", "failures", "last_success", "road")
    def _compute_state(self):
        for feed in self:
            asked = feed.road in ("http", "soap")
            if feed.failures:
                feed.state = "trouble"
            elif asked and not feed.polling:
                feed.state = "off"
            else:
                feed.state = "ok" if feed.last_success or not asked else "new"

    def _compute_counts(self):
        notices = self.env["trace.notice"]
        own = Domain("feed_id", "in", self.ids)
        every = dict(notices._read_group(own, ["feed_id"], ["__count"]))
        waiting = own & Domain("state", "=", "review")
        review = dict(notices._read_group(waiting, ["feed_id"], ["__count"]))
        files = self.env["trace.notice.arrival"]
        parked = dict(
            files._read_group(own & Domain("state", "=", "parked"), ["feed_id"], ["__count"])
        )
        for feed in self:
            feed.notice_count = every.get(feed, 0)
            feed.review_count = review.get(feed, 0)
            feed.parked_count = parked.get(feed, 0)

    @api.onchange("source")
    def _onchange_source(self):
        if self.road == "http":
            self.url = SOURCES[self.source].url

    @api.constrains("url", "road", "polling")
    def _check_url(self):
        for feed in self.sudo().filtered(lambda feed: feed.road == "http" and feed.url):
            parts = urlsplit(feed.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError(self.env._("An address begins with http:// or https://."))
            if parts.username or parts.password:
                raise ValidationError(
                    self.env._("Write user and password into their fields, not into the address.")
                )
        if any(feed.road == "http" and feed.polling and not feed.url for feed in self.sudo()):
            raise ValidationError(self.env._("Say at which address the feed is asked."))

    @api.constrains("company_id", "company_ids")
    def _check_companies(self):
        if any(not feed.company_ids for feed in self):
            raise ValidationError(self.env._("Say whose goods the notices are compared with."))

    def _size_limit(self):
        """Bytes of the largest answer or file that is read."""
        return int((self.max_megabytes or 64) * MEGABYTE)

    # -- how it went ----------------------------------------------------------

    def _succeeded(self, words):
        """Keep that all went well, and what came."""
        now = fields.Datetime.now()
        self.sudo().write(
            {
                "last_run": now,
                "last_success": now,
                "next_run": now + timedelta(hours=self.interval_hours),
                "failures": 0,
                "last_error": False,
                "last_result": words,
            }
        )

    def _failed(self, words, wait=0):
        """Say what is wrong, and leave the service alone: twice as long as the last time.

        :param wait: seconds that the service has asked for
        """
        feed, now = self.sudo(), fields.Datetime.now()
        pause = timedelta(minutes=15) * 2 ** min(feed.failures, 10)
        pause = max(min(pause, LONGEST_PAUSE), timedelta(seconds=wait))
        feed.write(
            {
                "last_run": now,
                "next_run": now + pause,
                "failures": feed.failures + 1,
                "last_error": words,
            }
        )

    # -- mail -----------------------------------------------------------------

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("trace.notice.arrival")
        values["alias_contact"] = "everyone"  # a notice may come from anybody: a person judges it
        if self.id:
            values["alias_defaults"] = repr({"feed_id": self.id})
        return values

    # -- buttons --------------------------------------------------------------

    def action_open_notices(self):
        """Open what the feed has brought."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_notice"
        )
        return {**action, "domain": [("feed_id", "in", self.ids)], "context": {}}

    def action_open_review(self):
        """Open what waits for somebody."""
        return {**self.action_open_notices(), "context": {"search_default_review": 1}}

    def action_open_arrivals(self):
        """Open the answers and files of the feed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_notice_arrival"
        )
        return {**action, "domain": [("feed_id", "in", self.ids)], "context": {}}
