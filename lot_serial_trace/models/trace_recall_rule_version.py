from odoo import api, fields, models
from odoo.exceptions import UserError


class TraceRecallRuleVersion(models.Model):
    """What a recall rule said from a moment on, who changed it, and what the change was.

    A hold that the rule placed names the version by which it was placed. Versions outlive what
    they name: the words are kept beside the criteria. Written by machinery only, never changed.
    """

    _name = "trace.recall.rule.version"
    _description = "Version of a Recall Rule"
    _order = "rule_id, number desc"
    _rec_name = "number"

    rule_id = fields.Many2one(
        "trace.recall.rule", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer("Version", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True)
    says = fields.Text("What Changed", readonly=True)
    sentence = fields.Text("Meant Then", readonly=True)
    criteria = fields.Json(readonly=True)
    # Technical: the rest of what the rule said, and its words, to tell what changes next.
    content = fields.Json(readonly=True)

    _number_unique = models.UniqueIndex("(rule_id, number)")

    @api.model
    def _keep(self, rules):
        """Make a version of each rule that says something else than its last one."""
        latest = {}
        for version in self.sudo().search([("rule_id", "in", rules.ids)], order="number"):
            latest[version.rule_id.id] = version
        values = []
        for rule in rules:
            before = latest.get(rule.id, self.browse())
            now = self._values(rule, before)
            if before and not now["says"]:
                continue
            values.append({**now, "number": before.number + 1})
        versions = self.sudo().create(values)
        rules.invalidate_recordset(["version_ids"])
        for version in versions:
            # The number of its version is no change of a rule.
            version.rule_id.with_context(trace_rule_changing=True).version = version.number

    @api.model
    def _values(self, rule, before):
        tree, content = rule._criteria(), self._content(rule)
        changes = self._changes(before, tree, content) if before else [self.env._("Made.")]
        return {
            "rule_id": rule.id,
            "at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "says": "\n".join(changes),
            "sentence": rule.sentence,
            "criteria": tree,
            "content": content,
        }

    @api.model
    def _content(self, rule):
        said = {name: self._said(rule, name) for name in ("name", "action", "state", "company_id")}
        words = [one.says for some in rule._alternatives() for one in some]
        trees = [one._tree() for some in rule._alternatives() for one in some]
        return {**said, "active": rule.active, "words": words, "trees": trees}

    @api.model
    def _said(self, rule, name):
        value = rule[name]
        return value.id if isinstance(value, models.BaseModel) else value

    @api.model
    def _changes(self, before, tree, content):
        """What is other than before, in sentences; empty: nothing."""
        old = before.content
        changes = self._changes_of_conditions(old, content)
        if not changes and before.criteria != tree:
            changes = [self.env._("Alternatives arranged anew.")]
        rules = self.env["trace.recall.rule"]
        for name in ("name", "action", "company_id"):
            if old.get(name) != content[name]:
                label = rules._fields[name]._description_string(self.env)
                values = (self._shown(name, one) for one in (old.get(name), content[name]))
                changes.append(f"{label}: {' → '.join(values)}")
        return changes + self._changes_of_state(old, content)

    @api.model
    def _changes_of_conditions(self, old, content):
        gone = _without(old, content["trees"])
        new = _without(content, old["trees"])
        return [
            *(self.env._("Added: %s", words) for words in new),
            *(self.env._("Removed: %s", words) for words in gone),
        ]

    @api.model
    def _changes_of_state(self, old, content):
        if old.get("active") != content["active"]:
            return [self.env._("Taken up again.") if content["active"] else self.env._("Archived.")]
        if old.get("state") != content["state"]:
            in_force = content["state"] == "standing"
            return [self.env._("Put in force.") if in_force else self.env._("Taken out of force.")]
        return []

    @api.model
    def _shown(self, name, value):
        field = self.env["trace.recall.rule"]._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "–")
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().browse(value).display_name if value else "–"
        return value or "–"

    @api.depends("rule_id", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(rule)s, version %(number)s", rule=version.rule_id.name, number=version.number
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_with_rule(self):
        if any(version.rule_id.started_at for version in self):
            raise UserError(self.env._("Versions of a rule are kept."))


def _without(content, trees):
    """Words of the conditions that are not among others."""
    left = list(trees)
    found = []
    for words, tree in zip(content["words"], content["trees"], strict=True):
        if tree in left:
            left.remove(tree)
        else:
            found.append(words)
    return found
