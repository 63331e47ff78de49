from contextlib import contextmanager
from io import BytesIO

from PIL import Image

from odoo.tests import HttpCase, tagged

from ..controllers import recall_answer as page
from ..core.rate import Rate
from .recall_case import ConsigneeCase
from .screen_case import Browser, Screen

GONE = "There is nothing behind this link"


def photo(size=(60, 40), form="PNG"):
    out = BytesIO()
    Image.new("RGB", size, "blue").save(out, form)
    return out.getvalue()


class PageCase(ConsigneeCase, HttpCase):
    """Links of two consignees."""

    def setUp(self):
        super().setUp()
        self.patch(page, "BY_ADDRESS", Rate(1000, 60))
        self.patch(page, "BY_LINK", Rate(1000, 60))
        self.one = self.of(self.recall, self.customer)
        self.other = self.of(self.recall, self.ann)
        self.path = f"/recall/answer/{self.link(self.one)}"

    def opened(self, path=None, data=None, files=None):
        self.env.flush_all()
        answer = self.url_open(path or self.path, data=data, files=files)
        self.env.invalidate_all()
        return answer

    def answer(self, **form):
        """Send the form; ``__`` in names is a hyphen."""
        return self.opened(data={name.replace("__", "-"): text for name, text in form.items()})


@tagged("post_install", "-at_install")
class TestRecallAnswerPage(PageCase):
    """The reply page: for who has the link, about himself alone, and safe against the rest."""

    def test_what_it_shows(self):
        answer = self.opened()
        self.assertEqual(answer.status_code, 200)
        for words in ("Milk: glass", "Cuts.", "<b>not</b>", "M1", "M2", "What became of the 14"):
            self.assertIn(words, answer.text)
        self.assertTrue(self.one.opened_at)
        self.assertFalse(self.one.reached_at, "programs open links, too")

    def test_nothing_of_anybody_else(self):
        self.other._answer({"none": "1", "sold_to": "Dan, dan@example.com", "remark": "hi"}, "page")
        text = self.opened().text + self.opened(f"/recall/answer/{self.link(self.other)}").text
        for words in (
            "Bob",
            "Main Street",
            "Cora",
            "customer@example.com",
            "rc_manager",
            "+49 30 1",
        ):
            self.assertNotIn(words, text)
        mine = self.opened().text
        for words in ("Ann", "ann@example.com", "Dan", "dan@example.com", self.other.documents):
            self.assertNotIn(words, mine)

    def test_closed_against_the_rest_of_the_web(self):
        answer = self.opened()
        for name, value in (
            ("Content-Security-Policy", "default-src 'none'"),
            ("Content-Security-Policy", "frame-ancestors 'none'"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex"),
        ):
            self.assertIn(value, answer.headers[name])
        self.assertNotIn("<script", answer.text)
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_answered_in_total(self):
        answer = self.answer(unit__0__found="14", remark="all on a pallet")
        self.assertIn("Thank you", answer.text)
        self.assertEqual((self.one.found_qty, self.one.state), (14, "done"))
        self.assertEqual(self.one.answer_ids.way, "page")
        self.assertFalse(self.one.answer_ids.user_id)
        text = self.opened().text
        self.assertIn('value="14"', text, "it is there to be corrected")
        self.assertIn("all on a pallet", text)

    def test_answered_lot_by_lot_and_corrected(self):
        m1, m2 = self.one.line_ids.sorted("lot_name")
        self.answer(**{f"lot__{m1.id}__found": "10", f"lot__{m2.id}__destroyed": "4"})
        self.assertEqual((m1.found_qty, m2.destroyed_qty, self.one.state), (10, 4, "done"))
        self.answer(none="1")
        self.assertEqual((self.one.found_qty, self.one.has_none), (0, True))

    def test_lots_of_others_cannot_be_answered(self):
        line = self.other.line_ids
        self.answer(**{f"lot__{line.id}__found": "1", "none": "1"})
        self.assertFalse(line.is_answered)
        self.assertEqual(self.other.state, "to_notify")

    def test_what_is_wrong_is_said_and_kept_in_the_form(self):
        answer = self.answer(unit__0__found="lots <b>", remark="my remark")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("no quantity", answer.text)
        self.assertIn("lots &lt;b&gt;", answer.text)
        self.assertIn("my remark", answer.text)
        self.assertFalse(self.one.answer_ids)

    def test_photos(self):
        answer = self.opened(
            data={"none": "1"}, files={"photos": ("../../evil.php", photo(), "image/png")}
        )
        self.assertIn("Thank you", answer.text)
        [kept] = self.one.answer_ids.photo_ids
        self.assertEqual(kept.mimetype, "image/jpeg")
        self.assertNotIn("evil", kept.name)
        self.assertEqual(Image.open(BytesIO(kept.raw)).size, (60, 40))
        self.assertFalse(kept.public)

    def test_what_is_no_photo(self):
        for content in (b"<script>", b"%PDF-1.7", b""):
            with self.subTest(content):
                answer = self.opened(
                    data={"none": "1"}, files={"photos": ("p.png", content, "image/png")}
                )
                self.assertEqual(answer.status_code, 422)
        four = [("photos", (f"{n}.png", photo(), "image/png")) for n in range(4)]
        self.assertIn("Up to 3", self.opened(data={"none": "1"}, files=four).text)
        self.assertFalse(self.one.answer_ids)

    def test_wrong_and_ended_are_alike(self):
        wrong = self.opened("/recall/answer/" + "x" * 43)
        short = self.opened("/recall/answer/nonsense")
        self.one.letter_ids.sudo().expires_at = self.ago(days=1)
        ended = self.opened()
        sent = self.answer(none="1")
        for answer in (wrong, short, ended, sent):
            self.assertEqual(answer.status_code, 404)
            self.assertEqual(answer.text, wrong.text)
            self.assertEqual({*answer.headers}, {*wrong.headers})
        self.assertIn(GONE, wrong.text)
        self.assertFalse(self.one.answer_ids)

    def test_it_ends_with_the_case(self):
        self.recall._close("for the test")
        self.assertIn(GONE, self.opened().text)

    def test_rates(self):
        self.patch(page, "BY_LINK", Rate(2, 60))
        codes = [self.opened().status_code for _turn in range(3)]
        self.assertEqual(codes, [200, 200, 429])
        self.patch(page, "BY_LINK", Rate(1000, 60))
        self.patch(page, "BY_ADDRESS", Rate(1, 60))
        self.opened("/recall/answer/wrong")
        self.assertEqual(self.opened().status_code, 429)

    def test_answers_of_a_day_are_bounded(self):
        self.env["trace.recall.answer"].create(
            [
                {
                    "consignee_id": self.one.id,
                    "company_id": self.one.company_id.id,
                    "said_at": self.ago(hours=1),
                    "way": "page",
                }
                for _turn in range(50)
            ]
        )
        self.assertEqual(self.answer(none="1").status_code, 429)
        self.assertEqual(self.opened().status_code, 200)

    def test_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.one.lang = "fr_FR"
        text = self.opened().text
        self.assertIn('lang="fr-FR"', text)
        self.assertIn("?lang=en_US", text)
        self.assertIn('lang="en-US"', self.opened(f"{self.path}?lang=en_US").text)
        self.assertIn('lang="fr-FR"', self.opened(f"{self.path}?lang=tlh").text)

    def test_names_of_others_are_text(self):
        self.recall.title = "<b>Bold</b> & Co"
        self.assertIn("&lt;b&gt;Bold&lt;/b&gt; &amp; Co", self.opened().text)

    def test_preview_is_for_who_may_read(self):
        path = f"/recall/preview/{self.one.id}"
        self.assertNotIn("Milk: glass", self.opened(path).text, "not without a login")
        self.manager.password = "rc_manager_rc_manager"
        self.authenticate("rc_manager", "rc_manager_rc_manager")
        answer = self.opened(path)
        self.assertIn("Milk: glass", answer.text)
        self.assertIn("disabled", answer.text)
        self.assertEqual(self.opened("/recall/preview/999999999").status_code, 404)
        self.assertFalse(self.one.opened_at)


@tagged("post_install", "-at_install")
class TestRecallAnswerPhone(PageCase):
    """A shop clerk answers on a phone, with a finger."""

    browser_size = "360x740"

    @contextmanager
    def phone(self):
        browser = Browser(self)
        with self.allow_requests(browser=browser):
            try:
                self.cr.flush()
                self.cr.clear()
                browser.navigate_to(f"{self.base_url()}{self.path}")
                yield Screen(self, browser)
            finally:
                browser.stop()
                self._wait_remaining_requests()
        self.env.invalidate_all()

    def test_a_clerk_answers(self):
        with self.phone() as screen:
            screen.see("h1", "glass", seconds=60)
            wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            self.assertTrue(screen.value(wide), "nothing hangs over")
            low = """[...document.querySelectorAll('input, button, summary')].filter(
                el => el.offsetHeight && el.type !== 'file' && el.offsetHeight < 24).length"""
            self.assertEqual(screen.value(low), 0, "nothing is too small for a finger")
            screen.fill("[name=unit-0-found]", "12")
            screen.fill("[name=unit-0-sold_on]", "2")
            screen.click("details:has(textarea[name=sold_to]) > summary")
            screen.fill("[name=sold_to]", "Dan, dan@example.com, 2")
            screen.click("button[type=submit]")
            screen.see(".good", "answer is kept")
            self.assertTrue(screen.value(wide))
        self.assertEqual((self.one.found_qty, self.one.sold_on_qty), (12, 2))
        self.assertEqual((self.one.state, self.one.child_ids.email), ("done", "dan@example.com"))
