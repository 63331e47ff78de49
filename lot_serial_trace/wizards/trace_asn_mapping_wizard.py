from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.asn import AsnError, table
from ..core.asn.mapping import headless, signature
from ..models.trace_asn_mapping import DATE_ORDERS, DECIMAL_MARKS, FIELDS

_NAMES = {name for name, _label in FIELDS}


class TraceAsnMappingWizard(models.TransientModel):
    """Asks what the columns of a table are, and has the file read again.

    Opened with ``default_attachment_id``. Proposals come from the headers and from
    what the cells show; an earlier answer for the same header is shown again.
    """

    _name = "trace.asn.mapping.wizard"
    _description = "Map Columns"

    attachment_id = fields.Many2one("ir.attachment", required=True, readonly=True)
    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", "Supplier")
    has_header = fields.Boolean("The first row below is the header", default=True)
    date_order = fields.Selection(DATE_ORDERS)
    decimal_mark = fields.Selection(DECIMAL_MARKS)
    unit = fields.Char()
    order_name = fields.Char("Our Order")
    line_ids = fields.One2many("trace.asn.mapping.wizard.line", "wizard_id", "Columns")

    @api.model
    def default_get(self, names):
        """Fill in the columns of the file with what may be in them."""
        values = super().default_get(names)
        attachment = self._attachment(values.get("attachment_id"))
        if attachment:
            outline = self._outline(attachment)
            known = self._known(outline)
            values.setdefault("name", known.name or attachment.name)
            for name in ("partner_id", "date_order", "decimal_mark", "unit", "order_name"):
                value = known[name]
                values[name] = value.id if isinstance(value, models.BaseModel) else value
            values["has_header"] = known.has_header if known else True
            values["line_ids"] = [(0, 0, line) for line in self._lines(outline, known)]
        return values

    @api.model
    def _attachment(self, attachment_id):
        attachment = self.env["ir.attachment"].browse(attachment_id or ()).exists()
        attachment.check_access("read")
        return attachment

    @api.model
    def _outline(self, attachment):
        try:
            return table.outline(attachment.with_context(bin_size=False).raw or b"")
        except AsnError as error:
            wrong, remedy = self.env["trace.asn.reading"]._explain(error)
            message = f"{wrong}. {remedy}"
            raise UserError(message) from error

    @api.model
    def _known(self, outline):
        """What was said about tables like this before."""
        mappings = self.env["trace.asn.mapping"]
        company = self.env.company
        texts = [text or None for text in outline.headers]
        return mappings._for_signature(signature(texts), company) or mappings._for_signature(
            headless(len(outline.headers)), company
        )

    @api.model
    def _lines(self, outline, known):
        said = known.line_ids.sorted("sequence").mapped("field")
        for index, header in enumerate(outline.headers):
            cells = [row[index] for row in outline.sample if index < len(row) and row[index]]
            proposal = said[index] if index < len(said) else outline.fields[index]
            # A code that nobody explains: most suppliers write their own.
            proposal = "supplier_code" if proposal == "code" else proposal
            yield {
                "sequence": index,
                "header": header,
                "sample": " | ".join(cells[:5])[:300],
                "field": proposal if proposal in _NAMES else False,
            }

    def action_save(self):
        """Keep the answer, and read the files that wait for it."""
        self.ensure_one()
        self._check()
        mapping = self._save()
        exchanges = self.env["trace.asn.exchange"].search(
            [
                ("attachment_id", "=", self.attachment_id.id),
                ("state", "in", ("parked", "dismissed")),
            ]
        )
        exchanges.action_read_again()
        return self._tell(mapping, exchanges)

    def _check(self):
        named = set(self.line_ids.mapped("field"))
        if not named & {"lot", "serial", "quantity", "weight", "cases"}:
            raise UserError(
                self.env._("Say which column has the lot, the serial number or the quantity.")
            )
        if not named & {"gtin", "supplier_code", "buyer_code", "name"}:
            raise UserError(self.env._("Say which column names the product."))

    def _save(self):
        columns = self.line_ids.sorted("sequence")
        headers = columns.mapped("header")
        mappings = self.env["trace.asn.mapping"]
        text = (
            signature([h or None for h in headers]) if self.has_header else headless(len(columns))
        )
        values = {
            name: self[name].id if isinstance(self[name], models.BaseModel) else self[name]
            for name in (
                "name",
                "partner_id",
                "has_header",
                "date_order",
                "decimal_mark",
                "unit",
                "order_name",
            )
        }
        values["line_ids"] = [(5, 0, 0)] + [
            (0, 0, {"sequence": line.sequence, "header": line.header, "field": line.field})
            for line in columns
        ]
        known = mappings._for_signature(text, self.env.company)
        if not known:
            return mappings.create(values)
        known.write(values)
        return known

    def _tell(self, mapping, exchanges):
        """Open what was read, or say what is still wrong."""
        notices = exchanges._notices()
        if notices:
            return notices._get_records_action(name=self.env._("Shipping Notices"))
        if exchanges:
            return exchanges._get_records_action()
        return mapping._get_records_action()
