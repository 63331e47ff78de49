import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..controllers import ownership as links
from ..controllers import product_page as page
from ..core.rate import Rate
from .page_case import DEVICE, PageCase

GONE = "There is nothing behind this link"
ANN = "ann@owner.example"


class OwnershipCase(PageCase):
    """Words for what owners do."""

    def setUp(self):
        super().setUp()
        self.patch(links, "VISITS", Rate(1000, 60))
        self.before = self.env["mail.mail"].search([]).ids

    def leave(self, email=ANN, number="SOLD"):
        """Leave an address on the page of a unit."""
        return self.opened(f"/01/{DEVICE}/21/{number}", data={"email": email})

    def mails(self):
        """The mails that have been put into the queue, the oldest first."""
        return self.env["mail.mail"].search([("id", "not in", self.before)], order="id")

    def link(self, mail=None):
        """The path of the link in a mail, the last one by default."""
        body = str((mail or self.mails()[-1:]).body_html)
        return "/trace/owner/" + re.search(r"/trace/owner/([\w-]{43})", body)[1]

    def owners(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["trace.ownership"].search([("product_id", "=", self.device.id), *domain])

    def registered(self, email=ANN, number="SOLD"):
        """An owner who has confirmed."""
        self.leave(email, number)
        answer = self.opened(self.link(), data={"yes": "1"})
        self.assertIn("You are registered", answer.text)
        return self.owners(state="confirmed", email=email)


@tagged("post_install", "-at_install")
class TestOwnership(OwnershipCase):
    """An owner registers by himself, twice asked, and is forgotten for good."""

    def test_double_opt_in(self):
        answer = self.leave(" Ann@Owner.example ")
        self.assertIn("Look into your mailbox", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        owner = self.owners()
        self.assertEqual((owner.state, owner.email, owner.lot_id), ("asked", ANN, self.sold))
        mail = self.mails()
        self.assertEqual((mail.email_to, mail.auto_delete), (ANN, True))
        path = self.link()
        self.assertNotIn(path[-43:], str(owner.link_ids.sudo().read(["token_hash"])))
        self.assertIn("Yes, register me", self.opened(path).text)
        self.assertEqual(owner.state, "asked", "programs open links, too")
        self.assertIn("You are registered", self.opened(path, data={"yes": "1"}).text)
        self.assertEqual(owner.state, "confirmed")
        self.assertEqual((owner.ends_on - owner.confirmed_at.date()).days // 30, 73)
        self.assertIn("Withdraw", str(self.mails()[-1].body_html))

    def test_links_hold_once_and_not_for_ever(self):
        self.leave()
        first = self.link()
        self.opened(first, data={"yes": "1"})
        used = self.opened(first, data={"yes": "1"})
        self.leave("bob@owner.example")
        late = self.link()
        self.owners(state="asked").link_ids.sudo().expires_at = self.day(-1)
        ended = self.opened(late, data={"yes": "1"})
        wrong = self.opened("/trace/owner/" + "x" * 43)
        for answer in (used, ended, wrong, self.opened("/trace/owner/nonsense")):
            self.assertEqual(answer.status_code, 404)
            self.assertEqual(answer.text, wrong.text)
        self.assertIn(GONE, wrong.text)
        self.assertEqual(len(self.owners(state="confirmed")), 1)

    def test_withdraw(self):
        owner = self.registered()
        path = self.link()
        self.assertIn("Yes, erase it", self.opened(path).text)
        self.assertIn("Your address is erased", self.opened(path, data={"yes": "1"}).text)
        self.assertEqual((owner.state, owner.erased_why), ("erased", "withdrawn"))
        self.assertFalse(owner.email or owner.lang or owner.link_ids)
        self.assertIn(GONE, self.opened(path).text)
        self.assertFalse(self.mails(), "not in the queue of mails either")

    def test_the_ledger_never_learns_of_owners(self):
        events = self.env["trace.event"].search_count([])
        self.registered()._erase("request")
        self.assertEqual(self.env["trace.event"].search_count([]), events)

    def test_registered_twice_is_not_told(self):
        self.registered()
        answers = [self.leave(), self.leave("bob@owner.example")]
        texts = [re.sub(r"\w+@owner.example", "#", answer.text) for answer in answers]
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(len(self.owners(email=ANN)), 1)
        self.assertIn("Withdraw", str(self.mails()[-2].body_html))

    def test_confirmed_twice_at_once(self):
        self.leave()
        one = self.link()
        self.leave()
        two = self.link()
        for path in (one, two):
            self.assertIn("You are registered", self.opened(path, data={"yes": "1"}).text)
        self.assertEqual(len(self.owners(state="confirmed")), 1)
        self.assertEqual(len(self.owners(erased_why="twice")), 1)

    def test_no_address(self):
        for text in ("", "nonsense", "a@b@c", "x" * 300 + "@y.example"):
            answer = self.leave(text)
            self.assertEqual(answer.status_code, 422, text)
            self.assertIn("no mail address", answer.text)
        self.assertIn("&lt;b&gt;", self.leave("<b>").text)
        self.assertFalse(self.owners())

    def test_only_units_that_somebody_has(self):
        """A number that is not known cannot be registered, nor found out that way."""
        for number in ("STOCK", "NEVER"):
            answer = self.leave(number=number)
            self.assertIn("We cannot confirm this number", answer.text)
            self.assertNotIn("mailbox", answer.text)
        self.company.trace_page_owners = False
        self.assertNotIn("mailbox", self.leave().text)
        self.assertNotIn("Be told if", self.unit("SOLD").text)
        self.assertFalse(self.owners())

    def test_nobody_is_flooded(self):
        for _turn in range(5):
            self.assertIn("mailbox", self.leave().text)
        self.assertEqual(len(self.mails()), 3, "of a day, to one address")
        self.patch(page, "ASKS", Rate(1, 60))
        codes = [self.leave(f"{n}@owner.example").status_code for n in range(2)]
        self.assertEqual(codes, [200, 429])

    def test_erased_by_itself(self):
        owner = self.registered()
        self.leave("bob@owner.example")
        asked = self.owners(state="asked")
        self.assertFalse(self.env["trace.ownership"]._erase_due())
        self.assertEqual((owner.state, asked.state), ("confirmed", "asked"))
        asked.sudo().asked_at = self.day(-8)
        owner.sudo().ends_on = self.day(-1).date()
        self.assertEqual(self.env["trace.ownership"]._erase_due(), 2)
        self.assertEqual((owner.erased_why, asked.erased_why), ("time", "unconfirmed"))
        self.assertFalse(owner.email or asked.email)

    def test_rights(self):
        owner = self.registered()
        people = {
            name: new_test_user(self.env, f"ow_{name}", f"lot_serial_trace.group_trace_{name}")
            for name in ("user", "quality", "auditor", "recall")
        }
        for name in ("user", "quality"):
            with self.assertRaises(AccessError):
                owner.with_user(people[name]).read(["number"])
        seen = owner.with_user(people["auditor"])
        self.assertEqual(seen.read(["state"])[0]["state"], "confirmed", "they count")
        for read in (
            lambda: seen.read(["email"]),
            lambda: seen.search([("email", "=", ANN)]),
            lambda: seen.action_erase(),
        ):
            with self.assertRaises(AccessError):
                read()
        manager = owner.with_user(people["recall"])
        self.assertEqual(manager.email, ANN)
        for deed in (
            lambda: manager.write({"email": "x@y.example"}),
            lambda: manager.unlink(),
            lambda: manager.create({"company_id": 1, "asked_at": self.day(0)}),
        ):
            with self.assertRaises(UserError):
                deed()
        manager.action_erase()
        self.assertEqual(owner.erased_why, "request")


@tagged("post_install", "-at_install")
class TestOwnershipRecall(OwnershipCase):
    """Who has registered a unit is told when it is recalled."""

    def owner_of(self, recall):
        return recall.sudo().consignee_ids.filtered(lambda one: one.kind == "owner")

    def told(self, recall):
        """Switch notices on and send the first slice; returns the mails to owners."""
        recall.action_tell()
        recall.sudo()._tell_slice("mail")
        mine = [("model", "=", "trace.recall.consignee"), ("email_to", "=", ANN)]
        return self.mails().filtered_domain(mine)

    def test_owners_are_told(self):
        self.registered()
        recall = self.recall(self.sold)
        one = self.owner_of(recall)
        self.assertEqual((one.email, one.channel, one.quantity), (ANN, "mail", 1))
        self.assertNotIn(ANN, one.name)
        before = recall.consignee_count
        mail = self.told(recall)[-1]
        self.assertIn("you asked us to tell you", str(mail.body_html))
        self.assertIn("/recall/answer/", str(mail.body_html))
        self.assertEqual(recall.consignee_count, before, "owners are counted beside")
        mail._postprocess_sent_message([], [mail.email_to])
        self.assertEqual(one.state, "notified")
        recall.invalidate_recordset()
        self.assertIn("1 registered owners, 1 told", recall.effectiveness_text)
        self.assertFalse(one._answer({"none": "1"}, "page"))
        self.assertEqual(one.state, "done")

    def test_who_registers_later_joins(self):
        recall = self.recall(self.sold)
        self.assertFalse(self.owner_of(recall) or recall.sudo()._has_new_owner())
        self.registered()
        self.assertTrue(recall.sudo()._has_news())
        recall._refresh_consignees()
        self.assertEqual(self.owner_of(recall).state, "to_notify")
        self.assertFalse(recall.sudo()._has_new_owner())
        lines = self.owner_of(recall).ids
        recall._refresh_consignees()
        self.assertEqual(self.owner_of(recall).ids, lines)

    def test_who_withdraws_is_not_told(self):
        owner = self.registered()
        recall = self.recall(self.sold)
        owner._erase("withdrawn")
        one = self.owner_of(recall)
        self.assertEqual((one.state, one.email), ("void", False))
        self.assertFalse(self.told(recall))
        recall._refresh_consignees()
        self.assertEqual((one.state, one.email), ("void", False))

    def test_erased_after_the_notice(self):
        owner = self.registered()
        recall = self.recall(self.sold)
        self.told(recall)
        one = self.owner_of(recall)
        owner._erase("request")
        self.assertFalse(one.email or one.letter_ids.mapped("email")[0])
        self.assertFalse([name for name in one.read()[0].values() if ANN in str(name)])

    def test_not_beyond_the_depth_and_not_in_a_drill(self):
        self.registered()
        recall = self.recall(self.sold, depth="retail")
        self.assertTrue(self.owner_of(recall).is_beyond)
        self.assertFalse(self.told(recall))
        drill = self.env["trace.recall"].create(
            {"title": "Drill", "is_drill": True, "lot_ids": [(6, 0, self.sold.ids)]}
        )
        drill._confirm()
        while drill.phase != "done":
            drill.sudo()._work_now()
        self.assertFalse(self.owner_of(drill))

    def test_many_owners_are_made_set_wise(self):
        """As many queries for fifty owners as for one."""
        counts = []
        recall = self.recall(self.sold)
        for people in (range(1), range(1, 51)):
            self.env["trace.ownership"].create(
                [
                    {
                        "company_id": self.company.id,
                        "product_id": self.device.id,
                        "lot_id": self.sold.id,
                        "number": "SOLD",
                        "email": f"o{n}@owner.example",
                        "state": "confirmed",
                        "asked_at": self.day(0),
                        "confirmed_at": self.day(0),
                    }
                    for n in people
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            recall._refresh_consignees()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self.owner_of(recall)), 51)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_only_managers_see_who_it_is(self):
        self.registered()
        recall = self.recall(self.sold)
        self.told(recall)
        one = self.owner_of(recall)
        for name, sees in (("user", False), ("auditor", False), ("recall", True)):
            user = new_test_user(self.env, f"or_{name}", f"lot_serial_trace.group_trace_{name}")
            for records in (one, one.letter_ids):
                found = records.with_user(user).search([("id", "in", records.ids)])
                self.assertEqual(bool(found), sees, name)
            text = recall.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            text.invalidate_recordset()
            self.assertIn("1 registered owners", text.owners_text)
