import csv
import io
import secrets

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.recall.letters import Letter, write_letters
from .trace_recall_report import plain_text

#: Letters in one file: more of them are printed in several turns.
LETTERS = 2_000
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TraceRecall(models.Model):
    """Paper: letters as one PDF, and a list for who has his letters printed elsewhere.

    Each letter has a code that leads to the reply page. Whose letter was printed counts as told;
    to print it again changes nothing of that.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall"

    def action_print_letters(self):
        """Print the letters that are still to be printed, up to 2,000 of them."""
        self.ensure_one()
        self._check_right()
        self._check_telling()
        self.sudo()._draw_sample()
        waiting = self.env["trace.recall.consignee"].search(
            [
                ("recall_id", "=", self.id),
                ("channel", "=", "letter"),
                ("state", "=", "to_notify"),
                ("is_beyond", "=", False),
                ("is_proposed", "=", False),
            ],
            limit=LETTERS,
            order="lang, id",
        )
        if not waiting:
            raise UserError(
                self.env._(
                    "No letter is waiting. To print some again, choose them in the list of "
                    "consignees."
                )
            )
        return waiting._print()

    def action_csv(self):
        """Download whom mail does not reach, with a link to the reply page for each."""
        self.ensure_one()
        self._check_right()
        url = f"/recall/{self.id}/consignees.csv"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _consignees_csv(self):
        """``(name, bytes)``: a row for each consignee without a mail address."""
        self.ensure_one()
        self._check_right()
        rows = self.env["trace.recall.consignee"].search(
            [
                ("recall_id", "=", self.id),
                ("channel", "in", ("letter", "call")),
                ("state", "!=", "void"),
                ("is_beyond", "=", False),
            ],
            order="id",
        )
        tokens = {}
        if not self.is_drill and self.state == "running":
            tokens = self.env["trace.recall.letter"].sudo()._make(rows, "list", self.answer_days)
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(self._csv_heads())
        for one in rows:
            writer.writerow(map(_safe, one._csv_row(tokens.get(one.id))))
        return f"{self.name.replace('/', '-')}.csv", out.getvalue().encode("utf-8-sig")

    def _batch_pdf(self, batch):
        """``(name, PDF)`` of letters that were printed together."""
        self.ensure_one()
        self._check_right()
        mine = self.env["trace.recall.consignee"].search(
            [("recall_id", "=", self.id), ("batch", "=", batch)], order="lang, id"
        )
        return mine.sudo()._letters() if mine else None

    def _csv_heads(self):
        return [
            self.env._("Name"),
            self.env._("Address"),
            self.env._("Phone"),
            self.env._("Language"),
            self.env._("Goods"),
            self.env._("Lots"),
            self.env._("Documents"),
            self.env._("Told"),
            self.env._("Where to Answer"),
        ]


class TraceRecallConsignee(models.Model):
    """A consignee's letter and his row of the list."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    batch = fields.Char("Printed With", readonly=True, copy=False, index="btree_not_null")

    def _csv_row(self, token):
        link = f"{self.get_base_url()}/recall/answer/{token}" if token else ""
        return [
            self.name,
            self.address or "",
            self.phone or "",
            self.lang or "",
            self.quantity_text or "",
            ", ".join(line.lot_name or "" for line in self._lines()[:20]),
            self.documents or "",
            fields.Datetime.to_string(self.notified_at) or "",
            link,
        ]

    def action_print(self):
        """Print the letters of these consignees, again if they were printed before."""
        self.recall_id._check_right()
        if len(self.recall_id) != 1:
            raise UserError(self.env._("Choose consignees of one case."))
        if len(self) > LETTERS:
            raise UserError(self.env._("Choose up to %s consignees at a time.", LETTERS))
        self.recall_id._check_telling()
        return self._print()

    def _print(self):
        """Mark who is told by these letters; the file is made when it is fetched.

        It is kept nowhere: it holds the links.
        """
        recall = self.recall_id
        batch = secrets.token_hex(8)
        self.sudo().batch = batch
        self.sudo()._mark_printed()
        recall._note("letters", self.env._("%s letters were printed.", len(self)), count=len(self))
        url = f"/recall/{recall.id}/letters/{batch}.pdf"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _letters(self):
        """``(name, PDF)``: on the paper of the company of the first one."""
        recall = self.recall_id
        tokens = {}
        if not recall.is_drill:
            tokens = self.env["trace.recall.letter"]._make(self, "letter", recall.answer_days)
        out = io.BytesIO()
        write_letters(
            (one.with_context(lang=one._lang())._letter(tokens.get(one.id)) for one in self),
            self.env["trace.warranty"]._letterhead(self[:1].company_id),
            self.env["trace.label"]._fonts(),
            out,
            self.env._("Page %s"),
        )
        return f"{recall.name.replace('/', '-')}-{len(self)}.pdf", out.getvalue()

    def _letter(self, token):
        recall = self.recall_id
        address = (self.address or "").split(", ")
        return Letter(
            address=[self.name, *filter(None, address)],
            reference=self.env._(
                "%(case)s, %(date)s", case=recall.name, date=format_date(self.env, self._today())
            ),
            stamp=self.env._("DRILL") if recall.is_drill else self.env._("RECALL"),
            subject=recall.title,
            text=[
                (self.env._("Why"), self._plain("reason")),
                (self.env._("The danger"), self._plain("hazard")),
                (self.env._("What to do"), plain_text(recall.instructions)),
                (self.env._("Which goods you got"), self.quantity_text or ""),
            ],
            columns=[
                (self.env._("Product"), 3),
                (self.env._("Lot/Serial"), 2),
                (self.env._("Quantity"), 1.2),
                (self.env._("Documents"), 2),
            ],
            rows=[
                (row["product"], row["lot"], row["quantity"], row["documents"])
                for row in self._rows()
            ],
            link=f"{self.get_base_url()}/recall/answer/{token}" if token else "",
            under_link=self.env._(
                "Please answer, also if you have none of it: scan this code with a phone, or type "
                "the address. No login is needed."
            ),
            closing=[self.company_id.name, self.recall_id.user_id.name or ""],
        )

    def _today(self):
        return fields.Date.context_today(self)

    def _mark_printed(self):
        now = fields.Datetime.now()
        fresh = self.filtered(lambda one: one.state in ("to_notify", "bounced"))
        for one in fresh:
            one.write(
                {
                    "state": "notified",
                    "notified_at": one.notified_at or now,
                    "told_quantity": one.quantity,
                }
            )
        self.recall_id._note_first_notice()

    def action_public_done(self):
        """The notice hangs in the shop: its unknown buyers can read it now."""
        self._check_worker()
        now = fields.Datetime.now()
        for one in self.sudo().filtered(lambda one: one.channel == "public"):
            told = {"state": "notified"} if one.state == "to_notify" else {}
            one.write(
                {
                    **told,
                    "notified_at": one.notified_at or now,
                    "reached_at": one.reached_at or now,
                    "told_quantity": one.quantity,
                }
            )
        self.recall_id.sudo()._note_first_notice()


def _safe(text):
    """A text that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(_FORMULA) else text
