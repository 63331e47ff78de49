from odoo.tests import HttpCase, new_test_user, tagged

from .archive_case import ArchiveCase

#: Methods that a replica may answer: model -> names. Screens that show what was scanned a moment
#: ago, tills, and what looks through a list before something is done are none of them: a replica
#: may be some seconds behind.
METHODS = {
    "stock.lot": {"where_is_it"},
    "trace.question": {"answer"},
    "trace.explorer": {"explore", "question_of", "events", "places", "about", "find"},
    "trace.block": {"proof", "newest_anchor"},
    "trace.home": {"overview", "open_records"},
    "trace.recall": {"export_file"},
    "trace.scan": {"trace_home", "trace_transfers"},
}


@tagged("post_install", "-at_install")
class TestReadonlyRoads(ArchiveCase, HttpCase):
    """What only reads says so, and writes nothing behind its back: a replica can serve it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = new_test_user(
            cls.env, "reader", groups="lot_serial_trace.group_trace_admin", password="reader"
        )

    def setUp(self):
        super().setUp()
        self.sold = self.live("2026-03-10", self.device, "ROAD-1")
        self.seal()
        here = self.env["trace.run"].with_context(allowed_company_ids=self.env.company.ids)
        self.trace = here._ask(self.sold)
        self.case = self.env["trace.recall"]._open_case(self.sold, "Read only")
        self.authenticate("reader", "reader")

    def call(self, model, method, *args, **kwargs):
        """Call as the browser does; fails where the call writes."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        path = f"/web/dataset/call_kw/{model}/{method}"
        with self.assertNoLogs("odoo.http", "WARNING"):
            answer = self.url_open(path, json={"params": params}).json()
        self.assertNotIn("error", answer, answer)
        return answer["result"]

    def test_all_of_them_are_known(self):
        """Another one belongs into the test below, or must not say that it only reads."""
        ours = {}
        for name, model in self.env.registry.items():
            for cls in model.mro():
                if not cls.__module__.startswith("odoo.addons.lot_serial_trace"):
                    continue
                for method, function in vars(cls).items():
                    if getattr(function, "_readonly", False):
                        ours.setdefault(name, set()).add(method)
        # what every model inherits is Odoo's
        self.assertEqual({name: found for name, found in ours.items() if name in METHODS}, METHODS)
        self.assertLessEqual(ours.keys() - {"trace.archive.event"}, METHODS.keys())

    def test_methods(self):
        lots = self.sold.ids
        asked = {"question": {"lots": lots}}
        picking_type = self.warehouse.out_type_id.id
        for model, method, args, kwargs in (
            ("trace.question", "answer", [], asked),
            ("stock.lot", "where_is_it", [lots], {}),
            ("trace.explorer", "explore", [{"lots": lots}], {}),
            ("trace.explorer", "question_of", [self.trace.id], {}),
            ("trace.explorer", "events", [lots], {}),
            ("trace.explorer", "places", [lots], {}),
            ("trace.explorer", "about", lots, {}),
            ("trace.explorer", "find", ["ROAD-1"], {}),
            ("trace.block", "proof", [], {"lots": lots}),
            ("trace.block", "newest_anchor", [], {}),
            ("trace.recall", "export_file", [self.case.ids, "balance"], {}),
            ("trace.scan", "trace_home", [], {}),
            ("trace.home", "overview", [], {"days": 90}),
            ("trace.home", "open_records", ["scan"], {"wrong": True}),
            ("trace.scan", "trace_transfers", [picking_type], {}),
        ):
            with self.subTest(model=model, method=method):
                self.assertIn(method, METHODS[model])
                self.assertIsNotNone(self.call(model, method, *args, **kwargs))

    def test_lists_and_figures(self):
        """What Odoo reads for the screens behind the four figures and the archive."""
        for model in (
            "trace.event",
            "trace.run",
            "trace.cycle.time",
            "trace.scan.compliance",
            "trace.kpi",
            "trace.kpi.day",
            "trace.supplier.score",
            "trace.health.finding",
            "trace.ledger.gap",
            "trace.block",
            "trace.archive",
            "trace.tombstone",
            "trace.retention",
            "trace.legal.hold",
        ):
            fields = [
                name
                for name, field in self.env[model]._fields.items()
                if field.type not in ("one2many", "many2many", "binary") and not field.groups
            ]
            with self.subTest(model=model):
                self.call(
                    model,
                    "web_search_read",
                    [],
                    specification={name: {} for name in fields},
                    limit=5,
                )
                self.call(model, "formatted_read_group", [], [], ["__count"])

    def test_files(self):
        for kind in ("csv", "xlsx"):
            with self.subTest(kind=kind), self.assertNoLogs("odoo.http", "WARNING"):
                answer = self.url_open(f"/trace/run/{self.trace.id}/customer.{kind}")
                self.assertEqual(answer.status_code, 200, answer.text[:300])
