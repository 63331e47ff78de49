import json
from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import mute_logger

from ..core.setup import AREAS
from .trace_setup import ADMIN

#: Fields that move by themselves: their change is nobody's decision.
MOVING = {
    "trace.recall.drill.plan": {"next_date", "surprise_date", "reminded_for"},
    "trace.expiry.rule": {"failure"},
}


class TraceSetupChange(models.Model):
    """One thing that a set-up sets: a record that it makes, or fields of one that is there.

    ``payload`` says what: ``{"make": values}`` or ``{"old": values, "new": values}``. Of a record
    that was made ``snapshot`` keeps how it was then, so that undoing sees what people changed
    since. Lines are written by the set-up only: nobody may put into them what is then done with
    its rights.
    """

    _name = "trace.setup.change"
    _description = "Line of a Set-up"
    _order = "setup_id, sequence, id"
    _rec_name = "title"

    setup_id = fields.Many2one("trace.setup", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="setup_id.company_id", store=True)
    sequence = fields.Integer()
    key = fields.Char(required=True)
    area = fields.Selection(
        lambda self: list(zip(AREAS, self._areas(), strict=True)), required=True
    )
    title = fields.Char("What")
    scope = fields.Char("For")
    before = fields.Char("Now")
    after = fields.Char("Then")
    why = fields.Char()
    wanted = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("plan", "Would be set"),
            ("same", "Is so already"),
            ("yours", "Yours stays"),
            ("done", "Done"),
            ("undone", "Undone"),
            ("left", "Left alone"),
        ],
        required=True,
        default="plan",
    )
    remark = fields.Char()
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model")
    payload = fields.Json(required=True)
    snapshot = fields.Json()

    def _areas(self):
        return (
            self.env._("Policy"),
            self.env._("Scan point"),
            self.env._("Expiry"),
            self.env._("Retention"),
            self.env._("Quarantine"),
            self.env._("Recall"),
            self.env._("Deadline"),
            self.env._("Drill"),
            self.env._("Warranty"),
        )

    def _to_do(self):
        return self.filtered(lambda one: one.state == "plan" and one.wanted)

    def action_want(self):
        """Take a line out, or in again."""
        if not self.env.user.has_group(ADMIN):
            raise AccessError(self.env._("Administrators of Traceability set it up."))
        for one in self.filtered(lambda one: one.setup_id.state == "look"):
            one.sudo().wanted = not one.wanted

    def action_show(self):
        """Open what was set."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action()

    # -- doing ----------------------------------------------------------------

    def _do(self):
        """Do it all, model by model."""
        for model, changes in self.grouped("res_model").items():
            records = self._owner(model)
            changes.filtered(lambda one: "make" in one.payload)._make(records)
            changes.filtered(lambda one: "new" in one.payload)._write_values(records, "new")
        self.state = "done"

    def _owner(self, model):
        """The model as the set-up may use it: an administrator has looked at each line."""
        company = self.setup_id.company_id
        return (
            self.env[model]
            .sudo()
            .with_company(company)
            .with_context(mail_create_nolog=True, active_test=False)
        )

    def _make(self, records):
        made = records.create([one.payload["make"] for one in self])
        snapshots = plain(made, _watched(made))
        for one, record in zip(self, made, strict=True):
            one.write({"res_id": record.id, "snapshot": snapshots[record.id]})

    def _write_values(self, records, side):
        """Write one side of each change, those with the same values at once."""
        alike = defaultdict(list)
        for one in self:
            alike[json.dumps(one.payload[side], sort_keys=True)].append(one.res_id)
        for values, ids in alike.items():
            records.browse(ids).write(json.loads(values))

    # -- undoing --------------------------------------------------------------

    def _undo(self):
        """Undo it all, last things first; what cannot be undone says why."""
        for model, changes in reversed(self.grouped("res_model").items()):
            there = changes._still_there(self._owner(model))
            there.filtered(lambda one: "new" in one.payload)._put_back()
            there.filtered(lambda one: "make" in one.payload)._take_away()

    def _still_there(self, records):
        there = records.browse(self.mapped("res_id")).exists()
        gone = self.filtered(lambda one: one.res_id not in there._ids)
        gone.write({"state": "undone", "remark": self.env._("It had been deleted already.")})
        return self - gone

    def _put_back(self):
        """Fields get the values they had, unless they have other ones by now."""
        if not self:
            return
        records = self._owner(self[0].res_model)
        names = {name for one in self for name in one.payload["new"]}
        now = plain(records.browse(self.mapped("res_id")), names)
        mine = self.filtered(lambda one: not differences(one.payload["new"], now[one.res_id]))
        mine._write_values(records, "old")
        mine.state = "undone"
        for one in self - mine:
            changed = differences(one.payload["new"], now[one.res_id])
            one._leave(records.browse(one.res_id), changed)

    def _take_away(self):
        """Records that nobody has changed go; those in use are archived."""
        if not self:
            return
        records = self._owner(self[0].res_model).browse(self.mapped("res_id"))
        now = plain(records, _watched(records))
        free = self.browse()
        for one in self:
            record = records.browse(one.res_id)
            changed = differences(one.snapshot, now[record.id])
            if changed or _holds_others(record):
                one._leave(record, changed)
            else:
                free += one
        free._delete(records)

    def _delete(self, records):
        """All at once; if that is refused one by one, to see which it is."""
        gone = records.browse(self.mapped("res_id"))
        if not gone:
            return
        try:
            # What the database refuses is no fault: it is in use.
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                gone.unlink()
            self.state = "undone"
        except Exception as error:  # whatever Odoo or another app refuses it with
            if len(self) > 1:
                for one in self:
                    one._delete(records)
            else:
                self._archive(gone, error)

    def _archive(self, record, error):
        """What is in use stays, and does nothing any more."""
        reason = str(error).split("\n")[0]
        remark = self.env._("It is in use: archived instead of deleted.")
        try:
            with self.env.cr.savepoint():
                if "active" not in record._fields:
                    raise error
                record.action_archive()
        except Exception:  # why it is not deleted says enough
            remark = self.env._("It is in use and cannot be deleted: %s", reason)
        self.write({"state": "left", "remark": remark})

    def _leave(self, record, changed):
        labels = [record._fields[name]._description_string(self.env) for name in changed]
        remark = (
            self.env._("Changed since: %s. It is left as it is.", ", ".join(labels))
            if labels
            else self.env._("Others lie in it by now. It is left as it is.")
        )
        self.write({"state": "left", "remark": remark})


def _holds_others(record):
    """Whether deleting would take along what others have put below."""
    return "child_ids" in record._fields and bool(record.child_ids)


def _watched(model):
    """Fields that people decide on."""
    return [
        name
        for name, field in model._fields.items()
        if field.store
        and not field.readonly
        and field.type not in ("one2many", "binary")
        and name not in MAGIC_COLUMNS
        and not name.startswith(("message_", "activity_", "parent_path"))
        and name not in MOVING.get(model._name, ())
    ]


def plain(records, names):
    """dict id -> the fields as they can be kept as JSON: one read."""
    rows = records.read(sorted(names), load=None)
    return {row.pop("id"): json.loads(json.dumps(row, default=str)) for row in rows}


def differences(then, now):
    """Names of fields that are not as they were."""
    return [name for name, value in then.items() if now.get(name) != value]
