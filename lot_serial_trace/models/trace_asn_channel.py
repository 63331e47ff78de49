from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

MEGABYTE = 1024 * 1024


class TraceAsnChannel(models.Model):
    """A road by which suppliers' shipping notices arrive, and its rules.

    Upload and web service work without any channel; one of that kind sets limits and
    the supplier whom files are from that do not say it. A mail channel has an address
    (``trace_asn_mail.py``); an HTTP channel says whose API keys may post to
    ``/trace/asn``; a SOAP channel is asked at intervals (``trace_asn_soap.py``).
    """

    _name = "trace.asn.channel"
    _description = "Channel of Shipping Notices"
    _inherit = ["mail.thread", "mail.alias.mixin.optional"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("upload", "Upload"), ("mail", "Mail"), ("http", "HTTP"), ("soap", "SOAP")],
        required=True,
        default="mail",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Default Supplier",
        check_company=True,
        help="Whose notices they are when a notice names nobody we know.",
    )
    max_megabytes = fields.Float("Largest File (MB)", default=25, required=True)
    formats = fields.Char(
        "Formats Taken",
        help="Short names, separated by commas, such as ubl, edifact. Empty: all that can be read.",
    )
    exchange_ids = fields.One2many("trace.asn.exchange", "channel_id")
    exchange_count = fields.Integer(compute="_compute_counts")
    parked_count = fields.Integer(compute="_compute_counts")
    last_arrival = fields.Datetime(compute="_compute_counts")

    # mail
    sender_policy = fields.Selection(
        [
            ("anyone", "Anyone"),
            ("known", "Known contacts"),
            ("listed", "Addresses listed here"),
        ],
        "Senders Accepted",
        required=True,
        default="known",
        help="Files from others are kept unread, and parked until somebody reads them.",
    )
    senders = fields.Text(
        "Addresses", help="One a line: edi@example.com, or example.com for everybody there."
    )
    reply_on_refusal = fields.Boolean(
        "Answer Refusals", help="Tell a known sender by mail what is wrong with a file."
    )

    # HTTP
    user_ids = fields.Many2many(
        "res.users",
        string="Users",
        domain="[('share', '=', False)]",
        help="Files posted with their API keys arrive by this channel.",
    )
    rate_limit = fields.Integer("Files per Minute", default=300, required=True)

    _limits = models.Constraint(
        "CHECK (max_megabytes > 0 AND rate_limit > 0)", "Limits are more than zero."
    )

    def _compute_counts(self):
        files = self.env["trace.asn.exchange"].sudo()
        own = Domain("channel_id", "in", self.ids)
        groups = files._read_group(own, ["channel_id"], ["__count", "arrived_at:max"])
        every = {channel: (count, last) for channel, count, last in groups}
        # a container is parked because of its files: count those
        waiting = own & Domain("state", "=", "parked") & Domain("child_ids", "=", False)
        parked = dict(files._read_group(waiting, ["channel_id"], ["__count"]))
        for channel in self:
            channel.exchange_count, channel.last_arrival = every.get(channel, (0, False))
            channel.parked_count = parked.get(channel, 0)

    @api.constrains("sender_policy", "senders")
    def _check_senders(self):
        for channel in self:
            if channel.sender_policy == "listed" and not channel._listed():
                raise ValidationError(
                    self.env._("List at least one address, or accept other senders.")
                )

    # -- which channel, and what it takes -------------------------------------

    @api.model
    def _of_road(self, road):
        """The channel by which files of a road arrive; perhaps none.

        One that names the user, in any of the user's companies, before one of the
        company that names nobody.
        """
        kind = {"api": "http"}.get(road, road)
        user, company = self.env.user, self.env.company
        channels = self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", (user.company_ids | company).ids)]
        )
        mine = channels.filtered(lambda channel: user in channel.user_ids)
        mine = mine.filtered(lambda channel: channel.company_id == company) or mine
        everybodys = channels.filtered(
            lambda channel: not channel.user_ids and channel.company_id == company
        )
        return (mine or everybodys)[:1]

    def _size_limit(self):
        """Bytes of the largest file that is read."""
        return int((self.max_megabytes or 25) * MEGABYTE)

    def _formats(self):
        """Names of the formats taken; none: all."""
        return {name.strip().lower() for name in (self.formats or "").split(",") if name.strip()}

    # -- senders --------------------------------------------------------------

    def _listed(self):
        lines = (self.senders or "").replace(",", "\n").splitlines()
        return {line.strip().lower().lstrip("@") for line in lines if line.strip()}

    def _accepts_sender(self, address):
        """Whether files from a mail address are read.

        :param address: ``From`` of a mail
        """
        address = tools.email_normalize(address) or ""
        if self.sender_policy == "anyone":
            return True
        if self.sender_policy == "listed":
            return not {address, address.partition("@")[2]}.isdisjoint(self._listed())
        return bool(self._contact(address))

    @api.model
    def _contact(self, address):
        address = tools.email_normalize(address)
        partners = self.env["res.partner"].sudo()
        if not address:
            return partners
        return partners.search([("email_normalized", "=", address)], limit=1)

    # -- alias ----------------------------------------------------------------

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("trace.asn.exchange")
        # who may write is decided here: an alias answers strangers with a bounce
        values["alias_contact"] = "everyone"
        if self.id:
            values["alias_defaults"] = repr({"channel_id": self.id})
        return values

    # -- buttons --------------------------------------------------------------

    def action_open_exchanges(self):
        """Open what arrived by the channel."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_asn_exchange"
        )
        return {**action, "domain": [("channel_id", "in", self.ids)], "context": {}}

    def action_open_parked(self):
        """Open what waits for somebody."""
        action = self.action_open_exchanges()
        return {**action, "context": {"search_default_parked": 1}}
