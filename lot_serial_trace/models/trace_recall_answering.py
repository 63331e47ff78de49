import hashlib

from odoo import fields, models
from odoo.tools import SQL

from ..core.recall import answer as answers
from ..core.recall import photo, sold_on
from .trace_recall_answer import WAYS

#: Fields of a kind of quantity, by the word of ``core/recall/answer.py``.
FIELDS = {kind: f"{kind}_qty" for kind in answers.KINDS}


class TraceRecallConsignee(models.Model):
    """Answers: read, judged and kept, by whatever road they come.

    An answer is said in total or lot by lot; it may be said again until the case is closed, and
    the last one counts. Whom somebody names as buyers become consignees themselves: somebody of
    the company looks at them before they are written to, because anybody who has the link could
    name anybody.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.consignee"

    is_proposed = fields.Boolean(
        "Named by Others",
        readonly=True,
        help="Named on the reply page as a buyer. Not written to before somebody has looked.",
    )

    def _answer(self, form, way, photos=()):
        """Take an answer down.

        :param form: dict as ``core.recall.answer.read`` reads it
        :param way: how it came, one of ``WAYS``
        :param photos: list of ``(name, bytes)``
        :return: sentences about what is wrong with it; if there are any, nothing is kept
        """
        self.ensure_one()
        answer = answers.read(form, self._goods())
        says = [self.env._(sentence, **values) for sentence, values in answer.flaws]
        pictures = []
        for _name, data in photos[: photo.MOST]:
            try:
                pictures.append(photo.clean(data))
            except photo.PhotoError as error:
                says.append(self.env._(error.args[0]))
        if len(photos) > photo.MOST:
            says.append(self.env._("Up to %s photos are taken.", photo.MOST))
        if not says:
            self.sudo()._keep_answer(answer, way, pictures)
        return says

    def _goods(self):
        """What the form asks about: the lots, or for who was named by others the quantity."""
        lines = self._lines()
        if lines:
            return [answers.Goods(one.id, one.uom or "", one.quantity) for one in lines]
        return [
            answers.Goods(0, unit, quantity) for unit, quantity in (self.quantities or {}).items()
        ] or [answers.Goods(0, "", 0.0)]

    def _keep_answer(self, answer, way, pictures):
        # Two answers at once are kept one after the other: the last one counts.
        self.env.cr.execute(
            SQL("SELECT FROM trace_recall_consignee WHERE id = %s FOR UPDATE", self.id)
        )
        told = {FIELDS[kind]: answer.total(kind) for kind in answers.KINDS}
        self._keep_said(answer, told, way, pictures)
        self._keep_lots(answer)
        now = fields.Datetime.now()
        effective = answers.is_effective(self.quantities or {}, answer.units, answer.none)
        self.write(
            {
                **told,
                "answered_quantities": answer.units or False,
                "has_none": answer.none,
                "remark": answer.remark or False,
                "state": "done" if effective else "answered",
                "is_effective": effective,
                "answered_at": self.answered_at or now,
                "reached_at": self.reached_at or now,
                "notified_at": self.notified_at or now,
                "told_quantity": self.quantity,
                "to_call": False,
                "refused": False,
                "failure": False,
            }
        )
        self._sell_on(answer, way)
        self.recall_id._note_answers()

    def _keep_said(self, answer, told, way, pictures):
        said = self.env["trace.recall.answer"].create(
            {
                **told,
                "consignee_id": self.id,
                "company_id": self.company_id.id,
                "said_at": fields.Datetime.now(),
                "way": way,
                "user_id": False if way == "page" else self.env.uid,
                "has_none": answer.none,
                "sold_on_count": max(answer.buyer_count, len(answer.buyers)),
                "details": {"units": answer.units, "lots": answer.lots},
                "remark": answer.remark or False,
            }
        )
        said.photo_ids = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{self.recall_id.name}-{self.id}-{said.id}-{index}.jpg",
                    "raw": content,
                    "mimetype": "image/jpeg",
                    "res_model": said._name,
                    "res_id": said.id,
                }
                for index, content in enumerate(pictures, 1)
            ]
        )

    def _keep_lots(self, answer):
        """What was said lot by lot; what was said so before counts no more."""
        self.line_ids.flush_recordset()
        lots = list(answer.lots)
        values = [[answer.lots[lot].get(kind, 0.0) for lot in lots] for kind in answers.KINDS]
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_recall_consignee_line l SET is_answered = told.id IS NOT NULL,
                    found_qty = told.found, sold_on_qty = told.sold_on,
                    destroyed_qty = told.destroyed, returned_qty = told.returned
                FROM trace_recall_consignee_line mine
                LEFT JOIN unnest(%s::int[], %s::numeric[], %s::numeric[], %s::numeric[],
                    %s::numeric[]) AS told(id, found, sold_on, destroyed, returned)
                    ON told.id = mine.id
                WHERE mine.consignee_id = %s AND l.id = mine.id
                """,
                lots,
                *values,
                self.id,
            )
        )
        self.env["trace.recall.consignee.line"].invalidate_model()

    # -- sold on --------------------------------------------------------------

    def _sell_on(self, answer, way):
        """Make those who were named consignees, too; who is named no more is not concerned."""
        named = {self._key_of(buyer): buyer for buyer in answer.buyers}
        known = {child.key: child for child in self.child_ids}
        # One buyer and one quantity: he has all that was sold on.
        unit = next(iter(answer.units or self.quantities or {}), "")
        only = answer.total("sold_on") if len(named) == 1 else None
        self.create(
            [
                self._buyer_values(key, buyer, unit, only, way)
                for key, buyer in named.items()
                if key not in known
            ]
        )
        for key, child in known.items():
            if key not in named and not child.notified_at:
                child.state = "void"
            elif child.state == "void":
                child.state = "to_notify"

    def _key_of(self, buyer):
        digest = hashlib.sha256(sold_on.key(buyer).encode()).hexdigest()
        return f"s{self.id}-{digest[:24]}"

    def _buyer_values(self, key, buyer, unit, only, way):
        quantity = buyer.quantity or only or 0.0
        role = "consumer" if self.role in ("consumer", "owner") else "business"
        channel = "mail" if buyer.email else "call"
        return {
            "recall_id": self.recall_id.id,
            "company_id": self.company_id.id,
            "key": key,
            "kind": "customer",
            "role": role,
            "parent_id": self.id,
            "name": buyer.name,
            "email": buyer.email or False,
            "phone": buyer.phone or False,
            "lang": self.lang,
            "channel": channel,
            "quantity": quantity,
            "quantities": {unit: quantity} if quantity else False,
            "quantity_text": f"{quantity:g} {unit}".strip() if quantity else False,
            "is_proposed": way == "page",
        }

    def action_accept(self):
        """Have buyers who were named on the page told like all others."""
        self.recall_id._check_right()
        self._check_open()
        mine = self.sudo().filtered("is_proposed")
        mine.write({"is_proposed": False})
        mine.filtered(lambda one: one.channel == "call").write({"to_call": True})
        self.recall_id.sudo()._wake_telling()

    def action_answer(self):
        """Take down what somebody says by telephone or on paper."""
        self.ensure_one()
        self._check_worker()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer of %s", self.name),
            "res_model": "trace.recall.answer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_consignee_id": self.id},
        }


#: Ways in which people take answers down.
BY_HAND = [way for way in WAYS if way[0] != "page"]
