from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..core.recall import criteria
from ..core.recall.flaws import CriteriaError
from .trace_guard import refuse_forgery

#: What people say of a rule; the rest follows from what happens.
SAID = {
    "name",
    "sequence",
    "active",
    "action",
    "company_id",
    "recall_id",
    "condition_ids",
    "note",
}


class TraceRecallRule(models.Model):
    """Which lots are to be stopped, now and whenever they come, said without code.

    Conditions are lines in plain words (``trace.recall.condition``): any of the alternatives,
    all of the conditions in it, each as it is or negated. The form tells at once how many lots
    are meant, which, and why (``trace_recall_rule_preview``); numbers can be tried, also such
    as nobody has received yet.

    ``draft``: nothing happens. ``standing``: the rule is in force. What is in stock is acted on
    when the rule is put in force and from then on once a day; what comes in later is acted on
    as it comes (``trace_recall_rule_standing``): put on hold, added to a case, or told. Every
    number that a rule caught is a row (``trace.recall.rule.hit``), and each change of a rule
    makes a version (``trace.recall.rule.version``) that says who changed what.

    A rule without a company is for the goods of all of them.
    """

    _name = "trace.recall.rule"
    _description = "Recall Rule"
    _inherit = ["mail.thread"]
    _order = "state desc, sequence, id desc"

    name = fields.Char(required=True, help="Whoever is stopped reads it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Not in force"), ("standing", "In force")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    action = fields.Selection(
        [
            ("hold", "Put on hold"),
            ("case", "Add to a recall case"),
            ("tell", "Tell only"),
        ],
        "What Is Done",
        required=True,
        default="hold",
        help="Put on hold: nobody can move the goods on.\n"
        "Add to a recall case: they join the case, which stops them once it is confirmed.\n"
        "Tell only: the exception desk hears of it.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
        help="Whose goods. Empty: those of all companies.",
    )
    recall_id = fields.Many2one(
        "trace.recall",
        "Case",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        domain="[('state', 'in', ('draft', 'approval', 'running'))]",
        help="Which case lots join. Empty: the first lot that is caught opens one.",
    )
    condition_ids = fields.One2many("trace.recall.condition", "rule_id", "Conditions", copy=True)
    sentence = fields.Text("In Words", compute="_compute_sentence")
    flaw = fields.Char("What Is Missing", compute="_compute_sentence")
    note = fields.Text("Why", help="Why this rule exists. For those who come after you.")
    version = fields.Integer(readonly=True, copy=False, default=0)
    version_ids = fields.One2many("trace.recall.rule.version", "rule_id", "Versions")
    hit_ids = fields.One2many("trace.recall.rule.hit", "rule_id", "Caught")
    hit_count = fields.Integer("Caught so Far", compute="_compute_hit_count")
    started_at = fields.Datetime("In Force Since", readonly=True, copy=False)
    applied_at = fields.Datetime("Stock Last Looked At", readonly=True, copy=False)
    failure = fields.Char("Could Not Be Done", readonly=True, copy=False)

    # -- as plain values ------------------------------------------------------

    def _alternatives(self):
        """The conditions as lists: any of the lists, all that is in one."""
        self.ensure_one()
        found = []
        for condition in self.condition_ids.sorted("sequence"):
            if condition.joined == "or" or not found:
                found.append(condition.browse())
            found[-1] |= condition
        return found

    def _criteria(self):
        """The conditions as a JSON tree, see ``core/recall/criteria.py``."""
        return {"any": [{"all": [one._tree() for one in some]} for some in self._alternatives()]}

    def _parsed(self):
        """The conditions ready to be asked: :class:`core.recall.criteria.Criteria`.

        :raises CriteriaError: they cannot be understood
        """
        return criteria.parse(self._criteria())

    @api.depends("condition_ids.says", "condition_ids.joined", "condition_ids.sequence")
    def _compute_sentence(self):
        for rule in self:
            parts = rule._sentence_parts()
            rule.sentence = parts and self.env._("Lots whose %s", parts)
            try:
                rule._parsed()
                rule.flaw = False
            except CriteriaError as error:
                rule.flaw = self.env["trace.recall.condition"]._flaw(error)

    def _sentence_parts(self):
        both, either = self.env._(" and whose "), self.env._(";\nor whose ")
        return either.join(both.join(some.mapped("says")) for some in self._alternatives())

    def _compute_hit_count(self):
        counts = dict(
            self.env["trace.recall.rule.hit"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["lot_id:count_distinct"]
            )
        )
        for rule in self:
            rule.hit_count = counts.get(rule, 0)

    @api.model
    @tools.ormcache()
    def _in_force(self):
        """All rules in force, for every company: tuples of id, company id and criteria.

        A rule that cannot be understood any more catches nothing and says so on its form; it
        keeps no goods from moving.
        """
        found = []
        for rule in self.sudo().search([("state", "=", "standing")]):
            try:
                found.append((rule.id, rule.company_id.id or None, rule._parsed()))
            except CriteriaError:
                continue
        return tuple(found)

    # -- changing -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Each rule begins with its first version."""
        for vals in vals_list:
            refuse_forgery(self, vals, SAID)
        rules = super(TraceRecallRule, self.with_context(trace_rule_changing=True)).create(
            vals_list
        )
        rules = rules.with_env(self.env)
        rules._changed()
        return rules

    def write(self, vals):
        """A change is a version of its own; archived rules are not in force."""
        refuse_forgery(self, vals, SAID)
        if vals.get("active") is False:
            vals = {**vals, "state": "draft"}
        result = super(TraceRecallRule, self.with_context(trace_rule_changing=True)).write(vals)
        self._changed()
        return result

    def unlink(self):
        """Rules that are gone catch nothing."""
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_used(self):
        if any(rule.started_at for rule in self):
            raise UserError(
                self.env._("A rule that was in force is kept: archive it. Holds refer to it.")
            )

    def _changed(self):
        """Rules count at once; what changed is kept once the whole change is done."""
        self.env.registry.clear_cache()
        if not self.env.context.get("trace_rule_changing"):
            self._check_understood()
            self.env["trace.recall.rule.version"]._keep(self)
            if any(rule.state == "standing" for rule in self):
                self._trigger_job()

    def _check_understood(self):
        for rule in self.filtered(lambda rule: rule.state == "standing"):
            try:
                rule._parsed()
            except CriteriaError as error:
                flaw = self.env["trace.recall.condition"]._flaw(error)
                raise ValidationError(rule._flawed(flaw)) from error

    def _flawed(self, flaw):
        return self.env._("%(rule)s: %(flaw)s", rule=self.name, flaw=flaw)

    # -- buttons --------------------------------------------------------------

    def action_start(self):
        """Put the rules in force: what is in stock is acted on, and what comes from now on."""
        self.check_access("write")
        for rule in self.filtered("active"):
            if rule.flaw:
                raise UserError(rule._flawed(rule.flaw))
            rule.sudo().write({"state": "standing", "started_at": fields.Datetime.now()})
        return self._apply_soon()

    def action_stop(self):
        """Take the rules out of force. What they held stays on hold until somebody releases it."""
        self.check_access("write")
        self.sudo().write({"state": "draft"})

    def action_try(self):
        """Open the screen on which sample numbers are answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try Numbers"),
            "res_model": "trace.recall.rule.try",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id, "dialog_size": "extra-large"},
        }

    def action_open_hits(self):
        """Open what the rule has caught."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_recall_rule_hit"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
