from unittest.mock import patch

from odoo.tests import Form, tagged

from ..models import trace_recall_rule_preview
from .rule_case import RuleCase


@tagged("post_install", "-at_install")
class TestRecallRulePreview(RuleCase):
    """While a rule is written the form tells how many lots it means, which, and why."""

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "QA010", 5), (self.milk, "QB1", 5), (self.device, "QA011", 1))
        self.env["stock.lot"].create({"name": "QA012", "product_id": self.milk.id})

    def test_counts_numbers_and_reasons(self):
        rule = self.rule([self.so("product", self.milk), self.so("range", "QA007", "QA120")])
        self.assertIn("2 lots and serial numbers match, 1 of them are in stock", rule.preview)
        self.assertIn(">QA010</a>", rule.preview)
        self.assertIn("product is Milk; number is between QA007 and QA120", rule.preview)
        self.assertNotIn("QB1", rule.preview)

    def test_each_alternative_is_counted(self):
        rule = self.rule(
            [self.so("product", self.milk), self.so("pattern", "QA*")],
            [self.so("product", self.milk, self.device), self.so("pattern", "*1*")],
        )
        self.assertIn("<b>2</b> product is Milk; number is like QA*", rule.preview)
        self.assertIn("4 lots and serial numbers match", rule.preview)

    def test_it_is_told_before_anything_is_saved(self):
        form = Form(self.rules)
        form.name = "Live"
        self.assertIn("Add a condition", form.preview)
        with form.condition_ids.new() as line:
            line.kind = "product"
            line.product_ids.add(self.milk)
        self.assertIn("3 lots and serial numbers match", form.preview)
        with form.condition_ids.new() as line:
            line.kind = "range"
            line.first = "QA007"
            line.last = "QA011"
        self.assertIn("1 lot or serial number matches", form.preview)
        self.assertEqual(
            form.sentence, "Lots whose product is Milk and whose number is between QA007 and QA011"
        )
        with form.condition_ids.edit(1) as line:
            line.negated = True
        self.assertIn("2 lots and serial numbers match", form.preview)
        rule = form.save()
        self.assertEqual(self.meant(rule), {"QB1", "QA012"})

    def test_what_cannot_be_understood_is_said_there(self):
        form = Form(self.rules)
        form.name = "Live"
        with form.condition_ids.new() as line:
            line.kind = "range"
            line.first = "QA9"
            line.last = "QA1"
        self.assertIn("the range ends before it begins", form.preview)

    def test_a_count_that_takes_long_is_given_up(self):
        rule = self.rule(self.so("product", self.milk))
        lots_of = type(self.rules)._sql_lots

        def sleeping(rule, companies):
            lots = lots_of(rule, companies)
            return trace_recall_rule_preview.SQL(
                "SELECT m.* FROM (%s) m, pg_sleep(3) WHERE TRUE", lots
            )

        with (
            patch.object(type(self.rules), "_sql_lots", sleeping),
            patch.object(trace_recall_rule_preview, "PATIENCE", 1),
        ):
            self.assertIn("Counting takes long", rule.preview)
        [(timeout,)] = self.env.execute_query(
            trace_recall_rule_preview.SQL("SHOW statement_timeout")
        )
        self.assertEqual(timeout, "0")

    def test_names_cannot_write_into_the_page(self):
        self.milk.name = "<script>alert(1)</script>"
        self.lot(self.milk, "QB1").name = "<b>x</b>"
        rule = self.rule(self.so("product", self.milk))
        self.assertNotIn("<script>", rule.preview)
        self.assertNotIn("<b>x</b>", rule.preview)

    def test_all_of_them_in_a_list(self):
        rule = self.rule(self.so("product", self.milk))
        action = rule.action_show_lots()
        lots = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(set(lots.mapped("name")), {"QA010", "QB1", "QA012"})

    def test_queries_do_not_grow(self):
        counts = []
        for count in (2, 3, 15):  # the first to warm up
            self.env["stock.lot"].create(
                [{"name": f"Z{count}-{n}", "product_id": self.cheese.id} for n in range(count)]
            )
            rule = self.rule([self.so("product", self.cheese), self.so("pattern", "Z*")])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertIn(f"Z{count}-0", rule.preview)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # -- trying numbers -------------------------------------------------------

    def tried(self, rule, numbers, product=None):
        record = self.env["trace.recall.rule.try"].new(
            {"rule_id": rule.id, "numbers": numbers, "product_id": product and product.id}
        )
        return {
            (line.number, line.known): (line.verdict, line.why) for line in record.line_ids
        }, record.answer

    def test_each_number_is_answered(self):
        rule = self.rule([self.so("product", self.milk), self.so("range", "QA007", "QA120")])
        lines, answer = self.tried(rule, "QA010, QB1\nQA011 ; QA099", self.milk)
        self.assertEqual(answer, "2 of 4 match")
        self.assertEqual(
            lines["QA010", True], ("match", "product is Milk; number is between QA007 and QA120")
        )
        self.assertEqual(lines["QB1", True], ("miss", "number is not between QA007 and QA120"))
        self.assertEqual(lines["QA011", True], ("miss", "product is not Milk"))
        self.assertEqual(lines["QA099", False][0], "match", "nobody has received it yet")

    def test_what_cannot_be_known_yet(self):
        rule = self.rule([self.so("range", "QA007", "QA120"), self.so("supplier", self.supplier)])
        lines, _answer = self.tried(rule, "QA099, QC1")
        self.assertEqual(
            lines["QA099", False],
            ("unsure", "To be seen when it comes: supplier is Supplier"),
        )
        self.assertEqual(lines["QC1", False][0], "miss")
        rule = self.rule([self.so("product", self.milk), self.so("range", "QA007", "QA120")])
        lines, _answer = self.tried(rule, "QA099")
        self.assertEqual(
            lines["QA099", False], ("unsure", "To be seen when it comes: product is Milk")
        )

    def test_the_screen(self):
        rule = self.rule(self.so("product", self.milk))
        action = rule.action_try()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.numbers = "QA010"
        self.assertEqual(form.answer, "1 of 1 match")
