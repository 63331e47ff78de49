import re
from pathlib import Path

from odoo.tests import tagged

from .common import TraceCase

PAGE = Path(__file__).parents[2] / "docs/operating.md"


@tagged("post_install", "-at_install")
class TestOperatingGuide(TraceCase):
    """What the guide for operators has them ask the database can be asked."""

    def setUp(self):
        super().setUp()
        if not PAGE.exists():
            self.skipTest("the guide is not part of the add-on")
        self.page = PAGE.read_text(encoding="utf-8")

    def test_statements(self):
        watched = re.findall(r"^\| `(SELECT [^`]+)` \|", self.page, re.MULTILINE)
        [settings] = re.findall(r"^```sql\n(.*?)^```", self.page, re.MULTILINE | re.DOTALL)
        self.assertGreater(len(watched), 6)
        for statement in [*watched, *filter(str.strip, settings.split(";"))]:
            with self.subTest(statement), self.cr.savepoint():
                self.env.cr.execute(statement)

    def test_unsealed_events_are_counted(self):
        [statement] = re.findall(r"`(SELECT count\(\*\) FROM trace_event [^`]+)`", self.page)
        before = self.asked(statement)
        self.receive((self.milk, "W1", 1), (self.milk, "W2", 1))
        self.assertEqual(self.asked(statement) - before, 2)

    def asked(self, statement):
        self.env.flush_all()
        self.env.cr.execute(statement)
        return self.env.cr.fetchone()[0]
