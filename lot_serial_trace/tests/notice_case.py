from contextlib import contextmanager

from .common import TraceCase
from .notice_server import NoticeServer

GTIN = "0012345678905"  # of the honey, and the UPC of the notices


def fda(number="F-9001-2026", **values):
    """A record of openFDA; what it tells is invented."""
    return {
        "recall_number": number,
        "event_id": "99001",
        "status": "Ongoing",
        "classification": "Class I",
        "product_type": "Food",
        "product_description": "Zorbel Starfire nectar, 250 g jar, UPC 0 12345 67890 5",
        "code_info": "Lots HX220 through HX224; Best By 08/15/2030",
        "reason_for_recall": "Foreign matter",
        "recalling_firm": "Imaginary Apiaries LLC",
        "recall_initiation_date": "20260528",
        "report_date": "20260610",
        "openfda": {},
        **values,
    }


def page(*records, total=None, skip=0):
    """An answer of openFDA."""
    results = {"skip": skip, "limit": len(records), "total": total or len(records)}
    return {"meta": {"results": results}, "results": list(records)}


class NoticeCase(TraceCase):
    """A honey with lots, a publisher of notices on a real port, and a feed that asks it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.honey = cls._product("Zorbel Starfire Nectar 250 g", "lot", barcode=GTIN)
        cls.other = cls._product("Rolled Oats", "lot", barcode="4006381333931")
        cls.lots = cls.env["stock.lot"].create(
            [
                {"product_id": cls.honey.id, "name": name, "company_id": cls.env.company.id}
                for name in ("HX221", "HX224", "HX225")
            ]
        )
        for lot in cls.lots[:2]:
            cls.env["stock.quant"]._update_available_quantity(cls.honey, cls.shelf, 5, lot_id=lot)
        cls.server = NoticeServer()
        cls.addClassCleanup(cls.server.close)
        cls.feeds = cls.env["trace.notice.feed"]
        cls.feeds.search([]).polling = False
        cls.feed = cls.feeds.create(
            {
                "name": "Test food",
                "source": "openfda_food",
                "url": f"{cls.server.url}/food.json",
                "polling": True,
            }
        )
        cls.notices = cls.env["trace.notice"]

    def setUp(self):
        super().setUp()
        self.server.answers.clear()
        self.server.requests.clear()
        # asking commits after each page: here into a savepoint
        self.enterContext(self.enter_registry_test_mode())

    @contextmanager
    def committing(self):
        """Feeds with a cursor that may commit, and that wait for nobody."""
        self.env.flush_all()
        with self.env.registry.cursor() as cursor:
            env = self.env(
                cr=cursor, context={**self.env.context, "trace_feed_access": self.access}
            )
            yield env["trace.notice.feed"]
        self.env.invalidate_all()

    access = {"patience": 0}

    def poll(self, feed=None):
        """Somebody presses Ask now."""
        with self.committing() as feeds:
            feeds.browse((feed or self.feed).ids).action_poll()

    def job(self):
        """The scheduled job comes."""
        with self.committing() as feeds:
            feeds._cron_poll()

    def serve(self, *records, **values):
        """What the publisher has to say."""
        self.server.answers["/food.json"] = page(*records, **values)

    def notice(self, number="F-9001-2026"):
        return self.notices.search([("number", "=", number)])

    def proposed(self, notice=None):
        """Numbers of the lots that are proposed."""
        matches = (notice or self.notice()).match_ids
        return sorted(
            one.lot_name or one.product_id.name for one in matches if one.state == "proposed"
        )

    def desk(self, kind="notice_match", notice=None):
        """Open exceptions."""
        found = [("kind", "=", kind), ("state", "!=", "resolved")]
        if notice:
            found.append(("document_id", "=", notice.id))
        return self.env["trace.exception"].search(found)
