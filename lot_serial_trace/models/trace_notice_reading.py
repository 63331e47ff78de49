from datetime import datetime

from odoo import api, fields, models

from ..core import notices as core
from ..core.asn.safe_xml import Limits
from ..core.notices.form import FLAWS
from .trace_guard import again_if_taken

#: Flaws that are listed.
_MOST_FLAWS = 200


class TraceNoticeReading(models.AbstractModel):
    """Makes notices of arrivals: the same again, edited, or new.

    However many notices a file has, the number of queries is the same. A notice that was edited
    is another version of itself; who reads an older version later changes nothing.
    """

    _name = "trace.notice.reading"
    _description = "Reading of Recall Notices"

    @api.model
    def _explain(self, trouble):
        """What is wrong and what to do, in one text."""
        wrong, remedy = self.env["trace.asn.reading"]._explain(trouble)
        return ". ".join(filter(None, (wrong, remedy))).strip()

    @api.model
    def _say(self, flaws):
        """Flaws as text, one a line: where, what, what to do."""
        return "\n".join(self._say_flaw(flaw) for flaw in flaws[:_MOST_FLAWS]) or False

    @api.model
    def _say_flaw(self, flaw):
        message, remedy = FLAWS[flaw.code]
        place = [flaw.file]
        if flaw.record:
            place.append(self.env._("notice %s", flaw.record))
        if flaw.line:
            place.append(self.env._("line %s", flaw.line))
        place.append(flaw.field)
        return "{}: {}. {}".format(
            ", ".join(filter(None, place)),
            self.env._(message, **flaw.values),
            self.env._(remedy, **flaw.values),
        )

    # -- a file ---------------------------------------------------------------

    @api.model
    def _read(self, arrival, data):
        """Make notices of an arrival.

        :return: the :class:`core.notices.Page`
        :raises NoticeError: it has nothing that can be read
        """
        feed = arrival.feed_id
        limits = Limits(size=feed._size_limit() if feed else core.LIMITS.size, depth=40)
        page = core.read(data, arrival.source or "", arrival.name, limits)
        listed = set(page.listing)
        fresh = [one for one in page.notices if _id_of(one.raw) not in listed]
        fresh, old = self._recent(fresh, feed)
        counts = self._take(arrival, fresh)
        flaws = page.every_flaw
        arrival._end(
            "done",
            source=arrival.source or (page.notices[0].source if page.notices else False),
            flaws=self._say(flaws),
            flaw_count=len(flaws),
            old_count=len(old),
            **counts,
        )
        return page

    @api.model
    def _recent(self, published, feed):
        """Notices that count, and those from before the feed's time, of files that hold all."""
        if not feed or not feed.source or not core.SOURCES[feed.source].whole:
            return published, []
        if feed.road not in ("http", "soap"):
            return published, []
        since = feed._asked().since
        days = [(one.modified or one.published or "9999", one) for one in published]
        return (
            [one for day, one in days if max(day, one.published)[:10] >= since],
            [one for day, one in days if max(day, one.published)[:10] < since],
        )

    # -- the notices ----------------------------------------------------------

    @api.model
    def _take(self, arrival, published):
        """Store notices: new ones, new versions, or nothing.

        :return: dict of counts for the arrival
        """
        known = self._known(arrival.company_id, published)
        new, changed, same = [], [], 0
        for one in sorted(published, key=_version_of):
            notice = known.get(one.key) if one.number else None
            if notice is None:
                new.append(one)
            elif notice.sha256 == one.digest or _version_of(one) < _whole(notice.version):
                same += 1
            else:
                changed.append((notice, one))
        self._make(arrival, new)
        self._change(arrival, changed)
        return {"new_count": len(new), "changed_count": len(changed), "known_count": same}

    @api.model
    def _known(self, company, published):
        """dict key -> notice."""
        found = (
            self.env["trace.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("source", "in", list({one.source for one in published})),
                    ("number", "in", list({one.number for one in published if one.number})),
                ]
            )
        )
        return {(one.source, one.number, one.lang): one for one in found}

    @api.model
    def _make(self, arrival, published):
        """Create notices, with what belongs to them."""
        latest = {one.key if one.number else id(one): one for one in published}  # versions of one
        if not latest:
            return
        notices = (
            self.env["trace.notice"]
            .sudo()
            .with_context(mail_create_nolog=True, tracking_disable=True)
        )
        first = self._first(arrival)
        with again_if_taken():
            made = notices.create([{**first, **self._values(one)} for one in latest.values()])
        pairs = list(zip(made, latest.values(), strict=True))
        self._make_items(pairs)
        versions = self.env["trace.notice.version"].sudo()
        versions.create([versions._prepare(notice.id, one, arrival) for notice, one in pairs])

    @api.model
    def _first(self, arrival):
        """Values of a notice that do not change with its versions."""
        feed = arrival.feed_id
        companies = feed.company_ids or self.env.companies | arrival.company_id
        return {
            "company_id": arrival.company_id.id,
            "company_ids": [(6, 0, companies.ids)],
            "feed_id": feed.id,
            "user_id": feed.user_id.id,
            "arrived_at": arrival.arrived_at,
        }

    @api.model
    def _change(self, arrival, changed):
        """New versions of notices; each is told on the notice."""
        if not changed:
            return
        versions = self.env["trace.notice.version"].sudo()
        before = {}
        for version in versions.search(
            [("notice_id", "in", [notice.id for notice, _one in changed])], order="id"
        ):
            before[version.notice_id.id] = version
        rows = [versions._prepare(one.id, new, arrival, before.get(one.id)) for one, new in changed]
        made = versions.create(rows)
        self.env["trace.notice.item"].sudo().search(
            [("notice_id", "in", [notice.id for notice, _one in changed])]
        ).unlink()
        for notice, one in changed:
            values = {**self._values(one), "changed_at": fields.Datetime.now()}
            if "parked" not in (values["state"], notice.state):
                del values["state"]  # it follows from the matches
            notice.with_context(tracking_disable=True).write(values)
        self._make_items(changed)
        self._tell_changes(made)

    def _tell_changes(self, versions):
        """A line on the notice, where somebody has looked at it already."""
        for version in versions:
            if version.notice_id.state not in ("clear", "parked"):
                names = ", ".join(change[0] for change in (version.changes or [])[:8])
                version.notice_id.message_post(
                    body=self.env._("The publisher has edited the notice: %s", names)
                )

    @api.model
    def _make_items(self, pairs):
        items = self.env["trace.notice.item"].sudo()
        items.create(
            [
                items._prepare(notice.id, at, item)
                for notice, one in pairs
                for at, item in enumerate(one.items)
            ]
        )

    @api.model
    def _values(self, one):
        """Values of a notice, from a :class:`core.notices.Notice`."""
        understood = one.title or any(item.product for item in one.items)
        return {
            "title": one.title or one.number or self.env._("Without a title"),
            "state": "clear" if understood else "parked",
            "source": one.source,
            "number": one.number or False,
            "lang": one.lang,
            "version": one.version,
            "published_at": _moment(one.published),
            "modified_at": _moment(one.modified),
            "initiated_on": one.initiated[:10] or False,
            "ended_on": one.ended[:10] or False,
            "status": one.status[:200],
            "severity_class": one.severity,
            "class_text": one.klass[:200],
            "category": one.category[:300],
            "reason": one.reason,
            "hazard": one.hazard,
            "action": one.action,
            "authority": one.authority[:100],
            "country": one.country[:50],
            "origin": one.origin[:200],
            "area": one.area,
            "firms": "\n".join(one.firms),
            "urls": one.urls or False,
            "images": one.images or False,
            "flaws": self._say(one.flaws),
            "sha256": one.digest,
            "to_match": understood or None,
        }

    # -- again ----------------------------------------------------------------

    @api.model
    def _read_again(self, notices):
        """Read records as they were published with the readers of today."""
        pairs = []
        for notice in notices:
            version = notice.version_ids[:1]
            source = notice.source
            data = version.raw.encode()
            page = core.read(data, source, version.arrival_id.name or "")
            pairs += [(notice, one) for one in page.notices[:1]]
        self.env["trace.notice.item"].sudo().search([("notice_id", "in", notices.ids)]).unlink()
        for notice, one in pairs:
            values = self._values(one)
            values.pop("sha256")
            notice.write({**values, "number": notice.number or values["number"]})
        self._make_items(pairs)
        self.env["trace.notice.matching"]._match(notices)


def _id_of(raw):
    """By which a list without details names a notice."""
    return str(raw.get("id")) if isinstance(raw, dict) else None


def _moment(text):
    """ISO text as Odoo keeps times."""
    if not text:
        return False
    text = text if len(text) > 10 else f"{text}T00:00:00"
    return datetime.fromisoformat(text)


def _version_of(one):
    return _whole(one.version)


def _whole(text):
    """A version as a number; what is none comes first."""
    return int(text) if (text or "").isascii() and (text or "").isdigit() else 0
