from markupsafe import Markup, escape

from odoo import api, fields, models

#: Kind of a mark -> what people call it.
KINDS = {
    "gtin": "GTIN",
    "upc": "UPC",
    "lot": "Lot",
    "lot_range": "Lots",
    "lot_prefix": "Lots from",
    "serial": "Serial",
    "serial_range": "Serials",
    "serial_prefix": "Serials from",
    "date": "Date",
    "date_range": "Dates",
    "model": "Model",
    "ndc": "NDC",
    "establishment": "Establishment",
    "all": "All",
    "none": "No codes",
}


class TraceNoticeItem(models.Model):
    """A product of a notice: what it is called, and what was found in its texts."""

    _name = "trace.notice.item"
    _description = "Product of a Recall Notice"
    _order = "notice_id, sequence, id"
    _rec_name = "product"

    notice_id = fields.Many2one(
        "trace.notice", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    product = fields.Text(readonly=True)
    brands = fields.Char(readonly=True)
    models = fields.Char(readonly=True)
    pack = fields.Char(readonly=True)
    quantity = fields.Char(readonly=True)
    codes = fields.Text("Lots and Dates", readonly=True)
    marks = fields.Json(readonly=True)
    text_html = fields.Html("As Published", compute="_compute_html")
    marks_html = fields.Html("Found", compute="_compute_html")

    @api.depends("product", "codes", "marks")
    def _compute_html(self):
        for item in self:
            words = {mark.get("text") for mark in item.marks or []}
            texts = [item.product, item.codes if item.codes != item.product else ""]
            item.text_html = Markup("<br/>").join(
                highlighted(text, words) for text in texts if text
            )
            item.marks_html = Markup(" ").join(_badge(mark) for mark in item.marks or [])

    @api.model
    def _prepare(self, notice, sequence, item):
        """Values of an item, from a :class:`core.notices.form.Item`."""
        return {
            "notice_id": notice,
            "sequence": sequence,
            "product": item.product,
            "brands": ", ".join(item.brands)[:500],
            "models": ", ".join(item.models)[:500],
            "pack": " ".join(item.pack.split())[:300],
            "quantity": item.quantity[:300],
            "codes": item.codes,
            "marks": [mark.as_dict() for mark in item.marks],
        }


def _badge(mark):
    value = mark.get("value", "")
    if mark.get("last") or mark["kind"].endswith("_range"):
        value = f"{value or '…'} – {mark.get('last') or '…'}"
    name = KINDS.get(mark["kind"], mark["kind"])
    return Markup("<span class='badge text-bg-light border me-1 mb-1' title='%s'>%s %s</span>") % (
        mark.get("field", ""),
        name,
        value,
    )


def highlighted(text, words):
    """A text with some of its words marked.

    :param words: texts as published; spaces may differ
    """
    found = escape(text)
    for word in sorted(filter(None, words), key=len, reverse=True)[:200]:
        mark = escape(word)
        if len(mark) > 1 and "<" not in word:
            found = Markup(
                str(found).replace(str(mark), f"\x02{mark}\x03")  # marked once, from outside in
            )
    opened = 0
    out = []
    for sign in str(found):
        if sign == "\x02":
            out.append("<mark>" if not opened else "")
            opened += 1
        elif sign == "\x03":
            opened -= 1
            out.append("</mark>" if not opened else "")
        else:
            out.append("<br/>" if sign == "\n" else sign)
    return Markup("".join(out))
