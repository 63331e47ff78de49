"""A drill and then a recall of the same lot, from the letter to the close."""

from .recall import Recalls

LETTER = {
    "title": "Alpenmilch recalls infant formula: cronobacter",
    "authority": "State Office for Food Safety",
    "severity_class": "I",
    "firm": "Alpenmilch Kooperative eG",
    "product": "Infant formula 800 g",
    "hazard": "Cronobacter may cause meningitis in infants.",
    "reason": "A sample of the lot, kept by the manufacturer, was positive.",
}
CASE = {
    "instructions": "<p><b>Do not use it.</b> Bring the tin back or throw it away.</p>",
    "depth": "consumer",
}


class Alarm(Recalls):
    """What Rita Recall does with the lot of a story.

    :param story: the story, whose lot, number and voice it takes
    """

    def __init__(self, story):
        super().__init__(story.env)
        self.say, self.number, self.facts = story.say, story.number, story.facts
        self.good_lot = story.good_lot

    def exercise(self):
        """The drill: who has it, and where is it, within the hours of the scheme?"""
        self._ref("pharmacy").email = self._ref("pharmacy").email or "orders@pharmacy.example.com"
        drill = self.drill(f"Drill {self.number}: a tin of formula", self.good_lot)
        self.facts["drill"] = drill.drill_verdict
        verdict = dict(drill._fields["drill_verdict"]._description_selection(self.env))
        self.say(
            f"6  Drill {drill.name} of {self.good_lot}: {verdict.get(drill.drill_verdict)}, "
            f"{len(drill.scope_ids)} lot, {len(drill.consignee_ids)} consignees"
        )

    def play(self):
        """Now it happens."""
        case = self.end(self.recall(self.notice()))
        self.facts["recall"] = case.state

    def notice(self):
        """The letter names the lot of this play."""
        return self.type_in(
            {**LETTER, "number": f"2026-F{self.number:03}", "lot": f"Lot {self.good_lot}"},
            self.good_lot,
        )

    def recall(self, notice):
        """Opened, looked at, confirmed, told."""
        case = self.env["trace.recall"].browse(notice.action_open_case()["res_id"])
        case.write({**CASE, "user_id": self._ref("user_recall").id})
        case._preview()
        case._confirm()
        self._work(case)
        self.say(
            f"6  Recall {case.name} of {', '.join(case.scope_ids.mapped('lot_name'))}: "
            f"on hold after {self._took(case, 'held_at')}, {len(case.consignee_ids)} to be told"
        )
        self._tell(case)
        return case

    def end(self, case):
        """Everybody answers, the rest is destroyed before witnesses, and nothing is open."""
        for one in case.consignee_ids.filtered(lambda one: one.state != "done"):
            self._says_all(one)
        self.say(f"   Told after {self._took(case, 'first_notice_at')}; all have answered")
        lots = {row: row.lot_id for row in case.scope_ids}
        for row, lot in lots.items():
            self.destroy(case, row, sum(self._on_hand(lot).mapped("quantity")))
        case.balance_ids.filtered(lambda row: row.state == "off")._explain(
            "One tin was dented and thrown away; the count of today shows it."
        )
        obstacles = case._closing_obstacles()
        case._close("; ".join(obstacles) or None)
        self.say(
            f"   Accounted for after {self._took(case, 'accounted_at')}, "
            f"closed after {self._took(case, 'closed_at')}"
            + (f", although: {' '.join(obstacles)}" if obstacles else "")
        )
        return case

    def _says_all(self, one):
        """A customer has sold nothing on and throws away what is left."""
        flaws = one._answer(
            {
                f"lot-{line.id}-{kind}": f"{quantity:g}"
                for line in one._lines()
                for kind, quantity in (("found", line.quantity), ("sold_on", 0))
            },
            "page",
        )
        if flaws:
            raise AssertionError(" ".join(flaws))

    def _on_hand(self, lot):
        return lot.quant_ids.filtered(lambda quant: quant.location_id.usage == "internal")

    def _took(self, case, moment):
        if not case[moment]:
            return "(not yet)"
        return f"{(case[moment] - case.initiated_at).total_seconds():.0f} s"
