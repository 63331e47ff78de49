from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TraceAsnChannelArgument(models.Model):
    """An argument of a SOAP operation."""

    _name = "trace.asn.channel.argument"
    _description = "Argument of a SOAP Operation"
    _order = "channel_id, use desc, id"

    channel_id = fields.Many2one("trace.asn.channel", required=True, ondelete="cascade", index=True)
    use = fields.Selection(
        [("fetch", "Fetch"), ("ack", "Acknowledge")], "Of", required=True, default="fetch"
    )
    name = fields.Char("Argument", required=True, help="With dots for what is inside: Window.Since")
    value = fields.Char(
        help="Text. {id} is the document's id, {since} when it went well last, {since_date}, "
        "{today}, {gln} the company's GLN, {user} and {password} those above."
    )

    @api.constrains("name")
    def _check_name(self):
        for row in self:
            if not all(part.strip() for part in row.name.split(".")):
                raise ValidationError(self.env._("%s is no name of an argument.", row.name))
