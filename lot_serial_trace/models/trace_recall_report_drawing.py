from odoo import api, models

from ..core.certificate_pdf import Facts
from ..core.recall_pdf import Certificate, Clock, Listing, Says, Verdict
from .trace_recall_report import PRINTED

#: Steps that are bad news.
BAD = {"late", "failed", "not_drawn", "open_at_close"}
#: Width of a column of moments beside the others: they stay on one line.
TIME = 2.6


class TraceRecallReport(models.AbstractModel):
    """The report on paper: each section in the reader's words."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.report"

    @api.model
    def _page(self, told, inside, link):
        """The report as :class:`core.recall_pdf.Certificate`."""
        parts = [
            part
            for name in self._sections()
            if told[name]
            for part in getattr(self, f"_draw_{name}")(told[name])
        ]
        certificates = self.env["trace.certificate"]
        drill = told["is_drill"]
        return Certificate(
            title=self.env._("Recall Drill") if drill else self.env._("Recall Report"),
            subject=told["title"],
            caption=self.env._("Drill") if drill else self.env._("Case"),
            number=told["case"],
            reference=self.env._(
                "%(number)s, issued on %(date)s UTC",
                number=told["report"],
                date=self._time(told["issued_at"]),
            ),
            parts=[*parts, certificates._seal_part(told["seal"])],
            link=link,
            under_link=self.env._(
                "Scan this code to see whether this report is genuine, and whether the case went "
                "on since."
            ),
            text=list(self._small_print(told, inside)),
            stamp=self._stamp(told),
            page=self.env._("Page %s"),
            inside=inside,
            language=(self.env.lang or "en_US").replace("_", "-"),
        )

    @api.model
    def _stamp(self, told):
        if told["is_drill"]:
            return self.env._("Exercise")
        if told["state"] in ("draft", "approval", "running"):
            return self.env._("Not closed")
        return self.env._("Cancelled") if told["state"] == "cancelled" else ""

    @api.model
    def _small_print(self, told, inside):
        yield self.env._(
            "This file holds what it says for machines (%s), too, and all rows of lists that are "
            "printed in part. Times are UTC.",
            ", ".join(one.name for one in inside),
        )
        if told["is_drill"]:
            yield self.env._(
                "This was an exercise: nothing was put on hold, no customer and no till was told."
            )
        if told["seal"]["more_events"]:
            yield self.env._(
                "The proof inside is about the first entries of the ledger; %s more about these "
                "lots can be proven with the lots themselves.",
                told["seal"]["more_events"],
            )

    # -- sections -------------------------------------------------------------

    @api.model
    def _draw_verdict(self, told):
        within = [f"{hours} h" for hours, good in told["within"].items() if good]
        rows = [(text, good) for text, good in told["rows"]]
        rows.append(
            (
                self.env._("Of the usual limits it kept: %s.", ", ".join(within) or "–"),
                bool(within),
            )
        )
        word = self.env._("Passed") if told["passed"] else self.env._("Not passed")
        title = self.env._("Verdict: %s", told["scheme"])
        yield Verdict(title, word, told["passed"], rows)

    @api.model
    def _draw_about(self, told):
        more = told["asked_count"] - len(told["asked"])
        asked = ", ".join(told["asked"]) + (f" (+{more})" if more > 0 else "")
        rows = [
            (self.env._("Class"), told["class"]),
            (self.env._("How far down"), told["depth"]),
            (self.env._("Why"), told["reason"]),
            (self.env._("Danger"), told["hazard"]),
            (self.env._("What to do"), told["instructions"]),
            (self.env._("Authority"), " ".join((told["authority"], told["authority_ref"]))),
            (self.env._("Notices"), ", ".join(told["notices"])),
            (self.env._("State"), told["state"]),
            (self.env._("Responsible"), told["responsible"]),
            (self.env._("Confirmation asked by"), told["asked_by"]),
            (self.env._("Confirmed by"), told["confirmed_by"]),
            (self.env._("Companies"), ", ".join(told["companies"])),
            (self.env._("Asked about"), asked),
        ]
        yield Facts(self.env._("What it is about"), [row for row in rows if (row[1] or "").strip()])

    @api.model
    def _draw_clock(self, told):
        rows = []
        for row in told["rows"]:
            text = self.env._("not yet")
            if row["hours"] is not None:
                text = self.env["trace.recall"]._drill_time(row["hours"] * 3600)
                text += f" ({self._time(row['at'])})"
            if row["limit"] is not None:
                text += " " + self.env._("limit %s h", f"{row['limit']:g}")
                if row["hours"] is not None and row["hours"] > row["limit"]:
                    text += ": " + self.env._("late")
            rows.append((row["what"], row["hours"], row["limit"], text))
        says = self.env._("Counted from %s, when somebody first knew.", self._time(told["start"]))
        if told["is_drill"]:
            says = self.env._("Counted from the start of the clock, %s.", self._time(told["start"]))
        yield Clock(self.env._("Clock"), rows, says)

    @api.model
    def _draw_draw(self, told):
        rows = [(self.env._("How"), told["says"])]
        if told["surprise"]:
            rows.append((self.env._("Surprise"), self.env._("Nobody was told the day beforehand.")))
        if told.get("digest"):
            half = len(told["digest"]) // 2
            text = f"{told['digest'][:half]} {told['digest'][half:]}"
            rows.append((self.env._("SHA-256 of the candidates"), text))
        yield Facts(self.env._("The lot of the drill"), rows)

    @api.model
    def _draw_scope(self, told):
        columns = [
            (self.env._("Product"), 4),
            (self.env._("Lots"), 1),
            (self.env._("Came"), 1.4),
            (self.env._("On hand"), 1.3),
            (self.env._("Delivered"), 1.4),
            (self.env._("Back"), 1.1),
            (self.env._("Destroyed"), 1.4),
            (self.env._("Other"), 1.2),
            (self.env._("Missing"), 1.3),
        ]
        rows = [(row["product"], str(row["lots"]), *_sides(row)) for row in told]
        red = frozenset(place for place, row in enumerate(told) if abs(row["balance_qty"]) > 1e-6)
        more = self.env._(
            "Came: received, made, or from another company. Other: used up, on the way, lost at "
            "counts, sent back, to another company. Came + back = all the others together, and "
            "what is missing."
        )
        yield Listing(self.env._("Scope and balance"), columns, rows[:PRINTED], red, more)

    @api.model
    def _draw_lots(self, told):
        why = dict(self.env["trace.recall.lot"]._fields["why"]._description_selection(self.env))
        states = dict(
            self.env["trace.recall.lot"]._fields["state"]._description_selection(self.env)
        )
        columns = [
            (self.env._("Lot/Serial"), 2.4),
            (self.env._("Product"), 3),
            (self.env._("Why"), 1.8),
            (self.env._("On hand"), 1.4),
            (self.env._("Delivered"), 1.4),
            (self.env._("State"), 1.3),
            (self.env._("On hold since"), TIME),
        ]
        rows = [
            (
                row["number"],
                row["product"],
                row["why_text"] or why.get(row["why"], ""),
                f"{row['on_hand_qty']:g} {row['uom']}",
                f"{row['delivered_qty']:g} {row['uom']}",
                states.get(row["state"], ""),
                self._time(row["placed_at"]),
            )
            for row in told[:PRINTED]
        ]
        yield Listing(self.env._("Lots"), columns, rows, more=self._more(told))

    @api.model
    def _draw_suppliers(self, told):
        columns = [
            (self.env._("Lot/Serial"), 2.4),
            (self.env._("Product"), 3.4),
            (self.env._("Supplier"), 3),
            (self.env._("Document"), 2.2),
            (self.env._("When (UTC)"), TIME),
        ]
        rows = [
            (
                row["number"],
                row["product"],
                row["who"] or (self.env._("made from it") if row["role"] == "made_from" else ""),
                row["document"],
                self._time(row["when"]),
            )
            for row in told[:PRINTED]
        ]
        yield Listing(
            self.env._("Traced back: where it came from"), columns, rows, more=self._more(told)
        )

    @api.model
    def _draw_holds(self, told):
        if not told["held"]:
            return
        rows = [
            (
                self.env._("Put on hold"),
                self.env._("%(held)s of %(lots)s", held=told["held"], lots=told["lots"]),
            ),
            (self.env._("Still on hold"), str(told["active"])),
            (self.env._("Released"), str(told["released"])),
            (
                self.env._("From, to"),
                f"{self._time(told['first'])} – {self._time(told['last'])}",
            ),
        ]
        yield Facts(self.env._("Holds"), rows)

    @api.model
    def _draw_consignees(self, told):
        model = self.env["trace.recall.consignee"]
        kinds = dict(model._fields["kind"]._description_selection(self.env))
        states = dict(model._fields["state"]._description_selection(self.env))
        if told["is_drill"]:
            yield from self._draw_customers(told["rows"], kinds)
            return
        yield Says(self.env._("Effectiveness"), told["says"])
        columns = [
            (self.env._("Kind"), 3),
            (self.env._("State"), 3),
            (self.env._("How many"), 1.5),
            (self.env._("Effective"), 1.5),
        ]
        rows = [
            (
                kinds.get(row["kind"], ""),
                states.get(row["state"], ""),
                str(row["count"]),
                str(row["effective"]),
            )
            for row in told["groups"]
        ]
        if rows:
            yield Listing(self.env._("Consignees by state"), columns, rows)
        yield from self._draw_consignee_rows(told["rows"], kinds, states)

    @api.model
    def _draw_consignee_rows(self, told, kinds, states):
        columns = [
            (self.env._("Consignee"), 3.2),
            (self.env._("Kind"), 2),
            (self.env._("Goods"), 2.2),
            (self.env._("State"), 1.5),
            (self.env._("Told"), TIME),
            (self.env._("Answered"), TIME),
        ]
        rows = [
            (
                row["name"],
                kinds.get(row["kind"], ""),
                row["goods"],
                states.get(row["state"], ""),
                self._time(row["notified_at"]),
                self._time(row["answered_at"]),
            )
            for row in told[:PRINTED]
        ]
        if rows:
            yield Listing(
                self.env._("Consignees, those who have not answered first"),
                columns,
                rows,
                more=self._more(told),
            )

    @api.model
    def _draw_customers(self, told, kinds):
        """Of a drill: whom one would have told, and whether one could."""
        columns = [
            (self.env._("Customer or place"), 4),
            (self.env._("Kind"), 2.4),
            (self.env._("Goods"), 2.4),
            (self.env._("Documents"), 3),
            (self.env._("E-mail or telephone"), 2.9),
        ]
        known, unknown = self.env._("known"), self.env._("missing")
        rows = [
            (
                row["name"],
                kinds.get(row["kind"], ""),
                row["goods"],
                row["documents"],
                (known if row["reachable"] else unknown) if _has_address(row) else "",
            )
            for row in told[:PRINTED]
        ]
        red = frozenset(
            place
            for place, row in enumerate(told[:PRINTED])
            if _has_address(row) and not row["reachable"]
        )
        title = self.env._("Traced forward: who got it, and where it is")
        yield Listing(title, columns, rows, red, self._more(told))

    @api.model
    def _draw_dispositions(self, told):
        columns = [
            (self.env._("When (UTC)"), TIME),
            (self.env._("What"), 1.8),
            (self.env._("Lot/Serial"), 2),
            (self.env._("Quantity"), 1.4),
            (self.env._("Document"), 1.9),
            (self.env._("Witnesses"), 2),
            (self.env._("State"), 1.3),
        ]
        rows = [
            (
                self._time(row["when"]),
                " · ".join(filter(None, (row["kind"], row["method"]))),
                row["number"],
                f"{row['quantity']:g} {row['uom']}",
                row["document"],
                row["witness"] or row["by"],
                row["state"],
            )
            for row in told[:PRINTED]
        ]
        yield Listing(self.env._("What became of it"), columns, rows, more=self._more(told))

    @api.model
    def _draw_balance(self, told):
        off = told["off"]
        if not off:
            none = self.env._("None: every balance closes. Lots: %s.", told["lots"])
            yield Says(self.env._("Differences"), [none])
            return
        columns = [
            (self.env._("Lot/Serial"), 2.4),
            (self.env._("Product"), 3),
            (self.env._("Not accounted for"), 2),
            (self.env._("State"), 1.8),
            (self.env._("Explanation"), 4),
        ]
        rows = [
            (
                row["number"],
                row["product"],
                f"{row['quantity']:g} {row['uom']}",
                row["state"],
                " – ".join(filter(None, (row["explained"], row["by"]))),
            )
            for row in off[:PRINTED]
        ]
        red = frozenset(place for place, row in enumerate(off[:PRINTED]) if not row["explained"])
        title = self.env._("Differences: %(off)s of %(lots)s lots", off=len(off), lots=told["lots"])
        yield Listing(title, columns, rows, red, self._more(off))

    @api.model
    def _draw_tasks(self, told):
        columns = [
            (self.env._("What"), 2.4),
            (self.env._("Customer or place"), 3.4),
            (self.env._("Goods"), 2.6),
            (self.env._("Found"), 2),
            (self.env._("When (UTC)"), TIME),
            (self.env._("By"), 2),
        ]
        rows = [
            (
                row["kind"],
                row["name"],
                row["detail"],
                row["says"],
                self._time(row["at"]),
                row["by"],
            )
            for row in told
        ]
        red = frozenset(place for place, row in enumerate(told) if row["state"] != "good")
        yield Listing(self.env._("What people did"), columns, rows, red)

    @api.model
    def _draw_pauses(self, told):
        columns = [
            (self.env._("From"), 2),
            (self.env._("To"), 2),
            (self.env._("Why"), 5),
            (self.env._("By"), 2),
        ]
        rows = [
            (self._time(row["from"]), self._time(row["to"]), row["reason"], row["by"])
            for row in told
        ]
        yield Listing(self.env._("Pauses"), columns, rows)

    @api.model
    def _draw_evidence(self, told):
        columns = [
            (self.env._("Evidence"), 2.4),
            (self.env._("What"), 4.4),
            (self.env._("Digest"), 5),
        ]
        rows = [
            (row["what"], row["name"], f"{row['kind']}: {_halved(row['digest'])}")
            for row in told[:PRINTED]
        ]
        yield Listing(self.env._("Evidence"), columns, rows, more=self._more(told))

    @api.model
    def _draw_steps(self, told):
        columns = [
            (self.env._("When (UTC)"), 2),
            (self.env._("What happened"), 7.5),
            (self.env._("By"), 2),
        ]
        rows = [(self._time(row["at"]), row["says"], row["by"]) for row in told[:PRINTED]]
        red = frozenset(place for place, row in enumerate(told[:PRINTED]) if row["kind"] in BAD)
        yield Listing(self.env._("Timeline"), columns, rows, red, self._more(told))

    @api.model
    def _more(self, rows):
        return self.env["trace.certificate"]._more(rows) if len(rows) > PRINTED else ""


def _sides(row):
    """What came, and what became of it, as texts."""
    other = (
        row["consumed_qty"]
        + row["in_transit_qty"]
        + row["adjusted_qty"]
        + row["sent_back_qty"]
        + row["handed_over_qty"]
    )
    came = row["received_qty"] + row["made_qty"] + row["from_other_qty"]
    quantities = (
        row["on_hand_qty"],
        row["delivered_qty"],
        row["returned_qty"],
        row["destroyed_qty"],
        other,
        row["balance_qty"],
    )
    return (f"{came:g} {row['uom']}", *(f"{one:g}" for one in quantities))


def _has_address(row):
    """Whether it is somebody who could be written to."""
    return row["kind"] in ("customer", "till")


def _halved(digest):
    """A digest in two words, for the lines of a cell."""
    half = len(digest) // 2
    return f"{digest[:half]} {digest[half:]}"
