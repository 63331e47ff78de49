"""A drill that was carried out, and a recall that is running: glass in a beekeeper's honey.

Played once after the works (``works.py``), whose honey went into cough syrup that pharmacies
got. Nothing leaves the database: mails are taken for sent, as a mail server would tell.
"""

from datetime import timedelta

from odoo import fields

from .works import Works

#: How the customers of the works are reached; one of them by telephone only.
PEOPLE = {
    "Market Street Pharmacy": {"email": "orders@pharmacy.example.com"},
    "Lakeside Drugstore": {"email": "desk@lakeside.example.com", "phone": "+1 555 0140"},
    "Harbour Clinic": {"phone": "+1 555 0177"},
}
NOTICE = {
    "title": "Imkerei Sonnenhang recalls honey: pieces of glass",
    "authority": "State Office for Food Safety",
    "number": "2026-118",
    "severity_class": "I",
    "firm": "Imkerei Sonnenhang",
    "product": "Honey in drums, for further processing",
    "lot": "Lot HON-2601",
    "hazard": "Pieces of glass may cut mouth and throat.",
    "reason": "A filling pipe broke. Pieces of glass up to 4 mm were found in two drums.",
}
INSTRUCTIONS = (
    "<p><b>Do not sell or use it.</b> Take it off the shelf and keep it apart.</p>"
    "<p>Tell us on the page below what you found. We fetch it and pay for it.</p>"
)


def main(env):
    """Play it; without manufacturing there is no honey."""
    if "mrp.production" in env:
        Recalls(env).play()


class Recalls(Works):
    """What a recall manager does, each step through its own method."""

    def play(self):
        """First the exercise, then the real thing."""
        for name, values in PEOPLE.items():
            self._partner(name).write(values)
        self.drill()
        self.recall(self.notice())
        self.rule()

    def lot(self, name):
        """A lot of the works."""
        return self.env["stock.lot"].search([("name", "=", name)], limit=1)

    # -- the drill ------------------------------------------------------------

    def drill(self, title="Drill of autumn: a bottle of cough syrup", lot_name="CS-1003"):
        """One from the shelf: who else has its lot, within the hours of the scheme?"""
        drill = self.env["trace.recall"].create(
            {
                "title": title,
                "is_drill": True,
                "user_id": self._ref("user_recall").id,
                "drill_how": "chosen",
                "lot_ids": [(6, 0, self.lot(lot_name).ids)],
            }
        )
        drill._drill_start()
        self._work(drill)
        self._before(drill, timedelta(minutes=47))
        drill.drill_task_ids.action_right()
        for task in drill.drill_task_ids.filtered(lambda one: one.state == "open"):
            drill.trace_drill_scan(task.lot_id.name)
        drill._drill_end()
        return drill

    def _before(self, drill, ago):
        """What the machine did at once was some time ago: people need theirs."""
        names = (
            "initiated_at",
            "confirmed_at",
            "drill_backward_at",
            "scope_at",
            "drill_contacts_at",
        )
        drill.sudo().write({name: drill[name] - ago for name in names if drill[name]})
        for step in drill.sudo().step_ids:
            step.at -= ago

    def _work(self, case):
        """What the scheduled job does."""
        while case.phase != "done":
            case.sudo()._work_now()

    # -- the recall -----------------------------------------------------------

    def notice(self):
        """The authority's letter is typed in, and found to be about our honey."""
        return self.type_in(NOTICE, "HON-2601")

    def type_in(self, letter, lot_name):
        """A letter that is about one lot of ours."""
        wizard = self.env["trace.notice.type"].create({**letter, "published": self.today})
        action = wizard.action_take()
        notice = self.env["trace.notice"].browse(action["res_id"])
        meant = notice.match_ids.filtered(lambda one: one.lot_name == lot_name)
        meant.action_confirm()
        (notice.match_ids - meant)._judge("refused", "The notice names one lot, not this one.")
        return notice

    def recall(self, notice):
        """Confirmed, told, half of it answered, and the first bottles destroyed."""
        case = self.env["trace.recall"].browse(notice.action_open_case()["res_id"])
        # The letter has lain in the post room for a while; the clock runs since then.
        case.write(
            {
                "instructions": INSTRUCTIONS,
                "initiated_at": fields.Datetime.now() - timedelta(minutes=40),
                "depth": "retail",
                "user_id": self._ref("user_recall").id,
            }
        )
        case._preview()
        case._confirm()
        self._work(case)
        self._tell(case)
        self._answer(case)
        self._destroy(case)
        return case

    def _tell(self, case):
        """Notices go out; nobody gets one."""
        mails = self.env["mail.mail"]
        before = mails.search([]).ids
        case.action_tell()
        while case.sudo()._tell_slice("mail"):
            pass
        for mail in mails.search([("id", "not in", before)]):
            mail._postprocess_sent_message([], [mail.email_to])
            mail.state = "sent"

    def _answer(self, case):
        """The pharmacy fills the page in; the clinic says on the telephone that it looks."""
        pharmacy = case.consignee_ids.filtered(lambda one: one.name == "Market Street Pharmacy")
        found = {
            f"lot-{line.id}-{kind}": f"{quantity:g}"
            for line in pharmacy._lines()
            for kind, quantity in (("found", line.quantity - 10), ("sold_on", 10))
        }
        flaws = pharmacy._answer({**found, "remark": "In the store room, sealed."}, "page")
        if flaws:
            raise AssertionError(" ".join(flaws))

    def _destroy(self, case):
        """What came back before anybody knew."""
        row = case.scope_ids.filtered(lambda one: one.lot_name == "CS-1001")
        self.destroy(case, row, 6)

    def destroy(self, case, row, quantity):
        """So much of a lot of the case is crushed before two people."""
        if not quantity:
            return
        paper = f"Waste note {4710 + case.id}: {quantity:g} of {row.lot_name}, crushed."
        rows = self.env["trace.recall.disposition"]._enter(
            case,
            "destroy",
            {row: quantity},
            witness="Quentin Quality, Wanda Warehouse",
            method="crushed",
            happened_at=fields.Datetime.now(),
            reference=f"Waste note {4710 + case.id}",
            proof=self.env["ir.attachment"].create(
                {"name": f"waste-note-{4710 + case.id}.txt", "raw": paper.encode()}
            ),
        )
        rows._finish()

    # -- whatever comes later ---------------------------------------------------

    def rule(self):
        """Honey of that week is added to the case as it comes in."""
        case = self.env["trace.recall"].search([("state", "=", "running")], limit=1)
        self.env["trace.recall.rule"].create(
            {
                "name": "Honey of Imkerei Sonnenhang, first drums of 2026",
                "action": "case",
                "recall_id": case.id,
                "condition_ids": [
                    (
                        0,
                        0,
                        {
                            "kind": "supplier",
                            "partner_ids": [(6, 0, self._partner("Imkerei Sonnenhang").ids)],
                        },
                    ),
                    (0, 0, {"kind": "pattern", "numbers": "HON-2601*"}),
                ],
            }
        ).action_start()
