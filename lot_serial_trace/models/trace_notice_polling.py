import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ..core.asn import AsnError
from ..core.notices import SOURCES
from ..core.notices.fetching import Access, Fetcher
from ..core.notices.source import Asked

_logger = logging.getLogger(__name__)

#: Single notices that are asked for after a list without details, in one run.
DETAILS = 300


class TraceNoticePolling(models.Model):
    """Asks feeds for what is new, page by page.

    Each page is stored and committed before the next one is asked for, so that a run that is
    cut off loses nothing. What was published since the last success is asked for, with some days
    of overlap. A service that says to wait is left alone for that long.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.notice.feed"

    # -- the job --------------------------------------------------------------

    @api.model
    def _cron_poll(self):
        """Ask the feeds whose time has come, then compare what waits for it."""
        due = self._due()
        for feed in due:
            feed._poll()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due)):
                return
        self.env["trace.notice.matching"]._match_waiting()

    @api.model
    def _due(self):
        now = fields.Datetime.now()
        return self.search(
            [
                ("polling", "=", True),
                ("road", "in", ("http", "soap")),
                "|",
                ("next_run", "=", False),
                ("next_run", "<=", now),
            ]
        )

    def _poll(self):
        """Ask one feed; whatever goes wrong is on the feed, not in the way of others.

        :return: the arrivals
        """
        self.ensure_one()
        feed = self.sudo().with_company(self.company_id)
        arrivals = self.env["trace.notice.arrival"]
        try:
            arrivals = feed._drain_soap() if feed.road == "soap" else feed._drain()
        except AsnError as trouble:
            feed._failed(feed._explain(trouble), getattr(trouble, "wait", 0))
        except (OperationalError, ConcurrencyError):  # somebody else asks: it is asked again
            self.env.cr.rollback()
        except Exception as error:  # a bug of ours must not stop the other feeds
            self.env.cr.rollback()
            _logger.exception("Feed %s", feed.name)
            feed._failed(self.env._("Asking failed unexpectedly: %s", error))
        else:
            feed._succeeded(arrivals._told())
        self.env["ir.cron"]._commit_progress()
        return arrivals

    @api.model
    def _explain(self, trouble):
        return self.env["trace.notice.reading"]._explain(trouble)

    # -- asking ---------------------------------------------------------------

    def _drain(self):
        """Take page after page, until there are no more."""
        source, asked = SOURCES[self.source], self._asked()
        if not asked.url:
            raise UserError(self.env._("Say at which address the feed is asked."))
        arrivals, request = self.env["trace.notice.arrival"], source.first(asked)
        tag, modified = (self.tag, self.last_modified) if source.tags and source.whole else ("", "")
        with Fetcher(self._access(), asked.url) as fetcher:
            for _page in range(self.max_pages):
                answer = fetcher.ask(request, tag or "", modified or "")
                if answer.unchanged:
                    break
                arrival, page = self._take(answer.data, request.url)
                arrivals |= arrival
                if page is None:  # parked: what comes behind it cannot be asked for
                    raise self._unreadable(arrival)
                arrivals |= self._details(source, asked, fetcher, page)
                self._keep_tags(source, answer)
                request = source.next(asked, request, page)
                if not request:
                    break
                tag = modified = ""
        return arrivals

    def _unreadable(self, arrival):
        return _Unreadable(f"{arrival.error} {arrival.remedy or ''}".strip())

    def _keep_tags(self, source, answer):
        if source.tags and source.whole:
            self.write({"tag": answer.tag, "last_modified": answer.modified})

    def _details(self, source, asked, fetcher, page):
        """Ask for the notices of a list one by one, where the list says too little."""
        arrivals = self.env["trace.notice.arrival"]
        if not source.detail or not page.listing:
            return arrivals
        for key in page.listing[:DETAILS]:
            answer = fetcher.ask(source.detail(asked, key))
            arrivals |= self._take(answer.data, source.detail(asked, key).url)[0]
        return arrivals

    def _take(self, data, url):
        """Store an answer and what is in it, and commit.

        :return: the arrival, and the :class:`core.notices.Page` or None
        """
        arrivals = self.env["trace.notice.arrival"]
        name = f"{self.name} {fields.Datetime.now():%Y-%m-%d %H:%M}"
        arrival, page = arrivals._arrive_page(data, name, self.road, self, url=url)
        self.env["ir.cron"]._commit_progress()
        return arrival, page

    def _asked(self):
        """What is asked for: the time since the last success, with overlap."""
        now = fields.Datetime.now()
        if self.last_success:
            since = self.last_success - timedelta(days=self.overlap_days)
        else:
            since = now - timedelta(days=self.first_days)
        return Asked(
            url=(self.url or "").strip(),
            since=f"{since:%Y-%m-%d}",
            until=f"{now + timedelta(days=1):%Y-%m-%d}",
            key=self.api_key or "",
            filters=tuple(self._filters()),
            size=self.page_size or SOURCES[self.source].size,
        )

    def _filters(self):
        for line in (self.filters or "").splitlines():
            name, sign, value = line.partition("=")
            if sign and name.strip():
                yield name.strip(), value.strip()

    def _access(self):
        hosts = (self.hosts or "").replace(",", " ").split()
        return Access(
            hosts=frozenset(hosts),
            timeout=self.timeout or 60,
            size=self._size_limit(),
            user=self.user_name or "",
            password=self.password or "",
            token=self.token or "",
            **self.env.context.get("trace_feed_access", {}),
        )

    # -- buttons --------------------------------------------------------------

    def action_poll(self):
        """Ask now, whatever happened before."""
        self.ensure_one()
        self.check_access("write")
        arrivals = self._poll()
        self.env["trace.notice.matching"]._match_waiting()
        kind = "danger" if self.last_error else "success"
        words = self.last_error or arrivals._told()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": words,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class _Unreadable(AsnError):
    """The answer of a feed is parked: its words are on the arrival."""

    message = "%(words)s"
    remedy = ""

    def __init__(self, words):
        super().__init__("unreadable", words=words)
