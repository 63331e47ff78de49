import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..controllers import product_page as page
from ..core.product_page import Asked
from ..core.rate import Rate
from .common import TraceCase
from .page_case import DEVICE, MILK, PageCase

LINKSET = "application/linkset+json"
CANNOT = "We cannot confirm this number"


@tagged("post_install", "-at_install")
class TestProductPage(PageCase):
    """What strangers read of a unit: what they need, and nothing else."""

    def test_genuine(self):
        answer = self.unit("SOLD")
        self.assertEqual(answer.status_code, 200)
        for words in ("Genuine", "Device", "SOLD", DEVICE, self.company.name, "Warranty until"):
            self.assertIn(words, answer.text)
        for words in ("Customer", "Supplier", "Trace Test", "TRT", "stock", "<script", "style="):
            self.assertNotIn(words, answer.text)

    def test_a_lot(self):
        text = self.unit("L1", MILK, "10").text
        self.assertIn("This lot was sold by", text)
        self.assertNotIn("Warranty", text, "of which unit of the lot?")
        self.assertIn(CANNOT, self.unit("L2", MILK, "10").text, "it was not sold")

    def test_unknown_and_unsold_are_the_same(self):
        """Byte for byte, but for the number that the visitor typed himself."""
        self.validate(self.picking("out", [(self.device, "STOCK", 1)]))
        back = self.picking(
            "in", [(self.device, "STOCK", 1)], source=self.customers, partner=self.customer
        )
        self.validate(back)
        self.receive((self.device, "ALLOC", 1))
        answers = [self.unit(number) for number in ("STOCK", "ALLOC", "NEVER", "nevr2")]
        wanted = answers[2].text.replace("NEVER", "#")
        for number, answer in zip(("STOCK", "ALLOC", "NEVER", "nevr2"), answers, strict=True):
            self.assertIn(CANNOT, answer.text)
            self.assertEqual(answer.text.replace(number, "#"), wanted, number)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual({*answer.headers}, {*answers[2].headers})
        sets = [
            self.unit(number, Accept=LINKSET).text.replace(number, "#")
            for number in ("SOLD", "STOCK", "NEVER")
        ]
        self.assertEqual(len(set(sets)), 1, "links say nothing of the number either")

    def test_it_asks_the_same_of_every_number(self):
        """Constant queries, as many for a number that nobody knows."""
        pages = self.env["trace.page"]
        pages._look_up(Asked(DEVICE, serial="SOLD"), self.company)
        counts = []
        for number in ("SOLD", "STOCK", "NEVER"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pages._look_up(Asked(DEVICE, serial=number), self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counts)), 1, counts)
        self.assertLess(counts[0], 12)

    def test_recalled(self):
        recall = self.recall(self.sold)
        answer = self.unit("SOLD")
        for words in (
            "Recalled",
            "Device: the battery burns",
            "may catch fire",
            "Switch it <b>off</b>",
            "tel:+49301234",
        ):
            self.assertIn(words, answer.text)
        self.assertNotIn(recall.name, answer.text)
        self.assertNotIn("Genuine", answer.text)
        self.assertIn("Some units are recalled", self.opened(f"/01/{DEVICE}").text)
        recall.action_unpublish()
        self.assertIn("Genuine", self.unit("SOLD").text)

    def test_cases_that_are_not_for_strangers(self):
        recall = self.recall(self.sold)
        for field, value in (("state", "draft"), ("state", "cancelled"), ("is_drill", True)):
            with self.subTest(field, value=value):
                before = recall[field]
                recall.sudo().write({field: value})
                self.assertNotIn("Recalled", self.unit("SOLD").text)
                recall.sudo().write({field: before})
        recall.sudo().state = "closed"
        self.assertIn("Recalled", self.unit("SOLD").text, "it is as dangerous as before")
        recall.scope_ids.sudo().state = "excluded"
        self.assertIn("Genuine", self.unit("SOLD").text)

    def test_telling_consumers_publishes(self):
        recall = self.recall(self.sold)
        recall.sudo().write({"published_at": False, "depth": "retail"})
        recall.action_tell()
        self.assertFalse(recall.published_at)
        recall.depth = "consumer"
        recall.action_tell()
        self.assertTrue(recall.published_at)
        self.assertIn("published", recall.step_ids.mapped("kind"))

    def test_recalled_before_it_was_sold(self):
        """Safety first: whoever has it in his hands must know."""
        self.recall(self.lot(self.device, "STOCK"))
        self.assertIn("Recalled", self.unit("STOCK").text)

    def test_expiry(self):
        lot = self.lot(self.milk, "L1")
        lot.expiration_date = self.day(5)
        text = self.unit("L1", MILK, "10").text
        self.assertIn("Use by", text)
        self.assertIn("Genuine</h1>", text)
        lot.expiration_date = self.day(-5)
        text = self.unit("L1", MILK, "10").text
        self.assertIn("past its date", text)
        self.assertIn("(over)", text)

    def test_the_code_says_another_date(self):
        self.lot(self.milk, "L1").expiration_date = "2031-05-31 12:00:00"
        same, other = (
            self.opened(f"/01/{MILK}/10/L1?17={date}").text for date in ("310531", "331231")
        )
        self.assertNotIn("another date", same)
        self.assertIn("another date", other)

    def test_batch_beside_the_serial_number(self):
        self.sold.trace_batch = "B1"
        self.assertIn("Genuine", self.opened(f"/01/{DEVICE}/10/B1/21/SOLD").text)
        self.assertIn(CANNOT, self.opened(f"/01/{DEVICE}/10/B2/21/SOLD").text)

    def test_a_batch_of_serial_numbers_is_no_unit(self):
        text = self.opened(f"/01/{DEVICE}/10/B1").text
        self.assertIn("Serial number on the label", text)
        self.assertNotIn(CANNOT, text)
        self.assertEqual(self.opened(f"/01/{DEVICE}/10/B1?number=X").status_code, 303)

    def test_escapes(self):
        self.assertIn("Genuine", self.unit("A%2FB%26C").text)
        self.assertIn("A/B&amp;C", self.unit("A%2FB%26C").text)
        self.assertEqual(self.unit("A/B&C").status_code, 400)
        answer = self.unit("%3Cb%3Ehi")
        self.assertIn("&lt;b&gt;hi", answer.text)
        self.assertNotIn("<b>hi", answer.text)

    def test_other_ways_to_write_a_gtin(self):
        for gtin in ("9501101599017", DEVICE):
            self.assertIn("Genuine", self.unit("SOLD", gtin).text)
        self.device.barcode = "9501101599017"
        self.assertIn("Genuine", self.unit("SOLD").text)

    def test_what_is_no_address(self):
        bad = [f"/01/{DEVICE}/21/{number}" for number in ("x" * 200, "a%00b", "%09x")]
        for path in ("/01/nonsense", "/01/09501101530004", *bad):
            self.assertEqual(self.opened(path).status_code, 400, path)
        answer = self.opened("/01/00012345678905/21/X")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_files_in_place_of_texts(self):
        files = {name: ("x.txt", b"x", "text/plain") for name in ("email", "lang", "number")}
        self.assertEqual(self.url_open(f"/01/{DEVICE}/21/SOLD", files=files).status_code, 422)

    def test_look_a_unit_up(self):
        text = self.opened(f"/01/{DEVICE}").text
        self.assertIn('name="number"', text)
        answer = self.opened(f"/01/{DEVICE}?number=+A/B%26C+")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/01/{DEVICE}/21/A%2FB%26C"))

    def test_closed_against_the_rest_of_the_web(self):
        answer = self.unit("SOLD")
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("style-src 'sha256-", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")

    def test_kept_for_a_minute(self):
        first = self.unit("SOLD")
        self.assertEqual(first.headers["Cache-Control"], "public, max-age=60")
        self.assertIn("Accept-Language", first.headers["Vary"])
        again = self.unit("SOLD", If_None_Match=first.headers["ETag"])
        self.assertEqual((again.status_code, again.text), (304, ""))
        self.recall(self.sold)
        changed = self.unit("SOLD", If_None_Match=first.headers["ETag"])
        self.assertEqual(changed.status_code, 200)

    def test_rates(self):
        self.patch(page, "MISSES", Rate(2, 60))
        self.assertEqual([self.unit(n).status_code for n in "abc"], [200, 200, 429])
        self.assertEqual(self.unit("SOLD").status_code, 429, "no number is told any more")
        self.assertEqual(self.opened(f"/01/{DEVICE}").status_code, 200)
        self.patch(page, "VISITS", Rate(1, 60))
        codes = [self.opened(f"/01/{DEVICE}").status_code for _turn in range(2)]
        self.assertEqual(codes, [200, 429])

    def test_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        answer = self.unit("SOLD", Accept_Language="fr-CA, en;q=0.5")
        self.assertIn('lang="fr-FR"', answer.text)
        self.assertEqual(answer.headers["Content-Language"], "fr-FR")
        text = self.opened(f"/01/{DEVICE}/21/SOLD?lang=en_US", Accept_Language="fr").text
        self.assertIn('<html lang="en-US"', text)
        self.assertIn('lang="en-US"', self.unit("SOLD", Accept_Language="tlh").text)

    def test_picture(self):
        path = f"/trace/product/{DEVICE}.img"
        self.assertEqual(self.opened(path).status_code, 404)
        self.device.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
            "rkJggg=="
        )
        answer = self.opened(path)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "image/png"))
        self.assertIn(path, self.unit("SOLD").text)
        self.device.product_tmpl_id.trace_page = "hidden"
        self.assertEqual(self.opened(path).status_code, 404)


@tagged("post_install", "-at_install")
class TestProductPageMachines(PageCase):
    """Programs get a linkset at the same address, and a link of a type if they ask for one."""

    def test_linkset(self):
        for headers, query in (({"Accept": LINKSET}, ""), ({}, "?linkType=linkset")):
            answer = self.opened(f"/01/{DEVICE}/21/SOLD{query}", **headers)
            self.assertEqual(answer.headers["Content-Type"], LINKSET)
            [entry] = json.loads(answer.text)["linkset"]
            own = f"{self.company.get_base_url()}/01/{DEVICE}/21/SOLD"
            self.assertEqual(entry["anchor"], own)
            kinds = {name.rpartition("/")[2] for name in entry if name.startswith("https:")}
            self.assertEqual(
                kinds,
                {"defaultLink", "pip", "recallStatus", "verificationService", "registerProduct"},
            )
            [link] = entry["https://ref.gs1.org/voc/registerProduct"]
            self.assertEqual((link["href"], link["type"]), (f"{own}#register", "text/html"))
            self.assertIn("json-ld#context", answer.headers["Link"])
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertTrue(answer.headers["ETag"])

    def test_browsers_get_the_page(self):
        for kinds in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "image/avif"):
            answer = self.unit("SOLD", Accept=kinds)
            self.assertIn("text/html", answer.headers["Content-Type"], kinds)
            self.assertIn('rel="linkset"', answer.headers["Link"])
        self.assertEqual(
            self.unit("SOLD", Accept="application/json").headers["Content-Type"], LINKSET
        )

    def test_a_link_of_a_type(self):
        path = f"/01/{DEVICE}/21/SOLD"
        answer = self.opened(f"{path}?linkType=gs1:registerProduct&17=310101")
        self.assertEqual(answer.status_code, 307)
        self.assertTrue(answer.headers["Location"].endswith(f"{path}?17=310101#register"))
        self.assertEqual(self.opened(f"{path}?linkType=gs1:epil").status_code, 404)

    def test_what_it_says_of_itself(self):
        made = json.loads(self.opened("/.well-known/gs1resolver").text)
        self.assertEqual(made["supportedPrimaryKeys"], ["01"])
        self.company.trace_page = False
        self.assertEqual(self.opened("/.well-known/gs1resolver").status_code, 404)


@tagged("post_install", "-at_install")
class TestProductPageSwitch(PageCase):
    """Nothing is public that nobody has made public; codes lead here only then."""

    def test_off(self):
        self.company.trace_page = False
        self.assertEqual(self.unit("SOLD").status_code, 404)

    def test_which_products(self):
        template = self.device.product_tmpl_id
        category = self.env["product.category"].create({"name": "P"})
        child = self.env["product.category"].create({"name": "C", "parent_id": category.id})
        template.categ_id = child
        self.company.trace_page_goods = "chosen"
        for on_parent, on_child, on_product, wanted in (
            (False, False, False, 404),
            ("public", False, False, 200),
            ("public", "hidden", False, 404),
            ("hidden", "public", False, 200),
            ("hidden", False, "public", 200),
            ("public", "public", "hidden", 404),
        ):
            with self.subTest(parent=on_parent, child=on_child, product=on_product):
                category.trace_page, child.trace_page = on_parent, on_child
                template.trace_page = on_product
                self.assertEqual(self.unit("SOLD").status_code, wanted)
                template.invalidate_recordset()
                self.assertEqual(template.trace_page_on, wanted == 200)

    def test_each_company_under_its_host(self):
        other = self.env["res.company"].create({"name": "Other", "trace_page": True})
        other.trace_page_goods = "all"
        companies = self.env["res.company"]
        self.assertEqual(companies._trace_page_companies("x.example"), self.company | other)
        other.trace_page_host = "id.example.com"
        self.assertEqual(companies._trace_page_companies("ID.example.com:443"), other)
        self.assertEqual(companies._trace_page_companies("x.example"), self.company)
        self.device.company_id = self.company
        pages, asked = self.env["trace.page"], Asked(DEVICE, serial="SOLD")
        self.assertIsNone(pages._look_up(asked, other))
        self.assertEqual(pages._look_up(asked, self.company)["state"], "genuine")
        self.device.company_id = False
        found = pages._look_up(asked, other)
        self.assertEqual(found["state"], "unknown", "another company's sale is not its own")
        with self.assertRaises(ValidationError):
            other.trace_page_host = "https://x.example/y"

    def test_where_codes_lead(self):
        warranty = self.env["trace.warranty"].search([("lot_id", "=", self.sold.id)])
        root = self.company.get_base_url()
        printing = self.env["trace.label.print"].create(
            {"res_model": "stock.lot", "res_ids": self.sold.ids}
        )
        for on, product, own, wanted in (
            (True, False, False, root),
            (True, "hidden", False, "https://id.gs1.org"),
            (False, False, False, "https://id.gs1.org"),
            (True, False, "https://id.example.com/", "https://id.example.com"),
        ):
            self.company.write({"trace_page": on, "trace_link_stem": own})
            self.device.product_tmpl_id.trace_page = product
            self.assertEqual(warranty._digital_link(), f"{wanted}/01/{DEVICE}/21/SOLD")
            self.assertEqual(printing._stem(), wanted)
        self.assertEqual(self.company.trace_page_stem, "https://id.example.com")

    def test_preview(self):
        user = new_test_user(
            self.env, "pp_user", "lot_serial_trace.group_trace_user", password="pp_user_pp_user"
        )
        stock = self.lot(self.device, "STOCK")
        path = stock.with_user(user).action_trace_page()["url"]
        self.assertNotIn("visitor sees", self.opened(path).text, "not without a login")
        self.authenticate("pp_user", "pp_user_pp_user")
        self.assertIn("as long as it has not been sold", self.opened(path).text)
        self.company.trace_page = False
        text = self.opened(f"/lot_serial_trace/page/{self.sold.id}").text
        self.assertIn("has not switched it on", text)
        self.assertIn("Genuine", text)
        self.assertEqual(self.opened("/lot_serial_trace/page/999999999").status_code, 404)
        self.assertTrue(self.env["trace.page"]._example(self.company))

    def test_only_recall_managers_publish(self):
        recall = self.recall(self.sold)
        user = new_test_user(self.env, "pp_quality", "lot_serial_trace.group_trace_quality")
        for deed in ("action_publish", "action_unpublish"):
            with self.assertRaises(AccessError):
                getattr(recall.with_user(user), deed)()
        recall.sudo().write({"is_drill": True})
        with self.assertRaises(UserError):
            recall.action_publish()


@tagged("post_install", "-at_install")
class TestProductPageWebsite(TraceCase):
    """Where Odoo's websites are installed each shows its company's products."""

    def test_each_company_under_its_website(self):
        if "website" not in self.env:
            self.skipTest("website is not installed")
        companies = self.env["res.company"]
        companies.search([]).trace_page = False
        mine = self.env.company
        other = companies.create({"name": "Other"})
        (mine | other).trace_page = True
        self.env["website"].create(
            {"name": "Other", "domain": "https://other.example", "company_id": other.id}
        )
        self.assertEqual(companies._trace_page_companies("other.example"), other)
        self.assertEqual(companies._trace_page_companies("x.example"), mine | other)


@tagged("post_install", "-at_install")
class TestProductPageLooks(PageCase):
    """A serial number that is asked for from everywhere: its label may have been copied."""

    def looks(self):
        return self.env["trace.page.look"].search([("lot_id", "=", self.sold.id)])

    def test_off_by_default(self):
        self.unit("SOLD")
        self.assertFalse(self.looks())

    def test_told_once_to_the_desk(self):
        self.company.trace_page_places = 3
        note = self.env["trace.page.look"]._count
        for address in ("192.0.2.1", "192.0.2.9", "198.51.100.1", "2001:db8::/64"):
            note(self.sold.id, self.company.id, address)
        self.assertEqual(len(self.looks()), 3, "one network, two addresses")
        found = self.env["trace.exception"].search([("lot_id", "=", self.sold.id)])
        self.assertEqual((found.kind, found.company_id), ("many_places", self.company))
        self.assertIn("3 places", found.name)
        self.assertNotIn("192.0.2", str(self.looks().sudo().mapped("network_hash")))

    def test_by_the_page(self):
        self.company.trace_page_places = 1
        self.unit("STOCK")
        self.unit("SOLD")
        self.unit("SOLD")
        self.assertEqual(len(self.looks()), 1)
        self.assertFalse(
            self.env["trace.page.look"].search([("lot_id.name", "=", "STOCK")]), "not sold"
        )

    def test_forgotten(self):
        self.env["trace.page.look"]._count(self.sold.id, self.company.id, "192.0.2.1")
        self.looks().sudo().seen_at = self.day(-31)
        self.env["trace.page.look"]._gc_looks()
        self.assertFalse(self.looks())
