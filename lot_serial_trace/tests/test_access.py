from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TraceCase

READ, WRITE, CREATE, UNLINK = "read", "write", "create", "unlink"

#: What each group may do, per model. A new model belongs here.
RIGHTS = {
    "trace.event": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.edge": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.ledger.gap": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.page.look": {"admin": "r"},
    "trace.ownership": {"auditor": "r", "recall": "r", "admin": "r"},
    "trace.ownership.link": {"admin": "r"},
    "trace.block": {"auditor": "r", "admin": "r"},
    "trace.seal.key": {"auditor": "r", "admin": "r"},
    "trace.seal.check": {"auditor": "r", "admin": "r"},
    "trace.seal.fault": {"auditor": "r", "admin": "r"},
    "trace.retention": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.legal.hold": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwc"},
    "trace.tombstone": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.tombstone.event": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.tombstone.lot": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.archive": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.archive.event": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.policy": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.storage.class": {
        "employee": "r",
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
    },
    "trace.putaway.rule": {
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
    },
    "trace.expiry.rule": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.expiry.due": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.expiry.run": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.expiry.action": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.exception": {"user": "rw", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.hold": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.hold.effect": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.pass": {"user": "r", "auditor": "r", "quality": "rc", "admin": "rc"},
    "trace.run": {"user": "rw", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.share": {"auditor": "r", "quality": "r", "admin": "r"},
    "trace.share.visit": {"auditor": "r", "quality": "r", "admin": "r"},
    "trace.run.change": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.delivery": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.cycle.time": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.scan": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.count.line": {"packer": "r", "user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.count": {"packer": "r", "user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.count.campaign": {
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
    },
    "trace.count.task": {"packer": "r", "user": "r", "auditor": "r", "quality": "r", "admin": "rw"},
    "trace.count.reason": {
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
    },
    "trace.count.result": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.inventory.accuracy": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.scan.compliance": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.supplier.score": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.fefo": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.spot.check": {"packer": "r", "user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.spot.check.unit": {
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "r",
    },
    "trace.asn": {"user": "rwc", "auditor": "r", "quality": "rwc", "admin": "rwcd"},
    "trace.asn.exchange": {"user": "rwc", "auditor": "r", "quality": "rwc", "admin": "rwc"},
    "trace.asn.channel": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.asn.channel.argument": {"admin": "rwcd"},
    "trace.asn.alias": {"user": "rd", "auditor": "r", "quality": "rd", "admin": "rwcd"},
    "trace.asn.mapping": {"user": "rwc", "auditor": "r", "quality": "rwc", "admin": "rwcd"},
    "trace.asn.mapping.line": {"user": "rwcd", "auditor": "r", "quality": "rwcd", "admin": "rwcd"},
    "trace.asn.line": {"user": "rw", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.asn.unit": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.asn.package": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.asn.flaw": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.number.claim": {"admin": "r"},
    "trace.till.claim": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.warranty": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.certificate": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.certificate.job": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.health": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.health.count": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.health.finding": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.run.line": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.notice.feed": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.notice.arrival": {"user": "r", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.notice": {"user": "r", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.notice.version": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.notice.item": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.notice.match": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall": {
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
        "recall": "rwcd",
    },
    "trace.recall.lot": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.step": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.letter": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.answer": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.call": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.balance": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.consignee.line": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.escalation": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.kpi": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.kpi.day": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.kpi.due": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.time": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.drill.history": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.drill.pause": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.drill.task": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.deadline": {"user": "r", "auditor": "r", "quality": "r", "admin": "rwcd"},
    "trace.recall.drill.plan": {
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
        "recall": "rwcd",
    },
    "trace.recall.consignee": {"user": "rw", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.recall.disposition": {"user": "rw", "auditor": "r", "quality": "rw", "admin": "rw"},
    "trace.recall.rule": {
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
        "recall": "rwcd",
    },
    "trace.recall.condition": {
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
        "recall": "rwcd",
    },
    "trace.recall.rule.version": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.recall.rule.hit": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.setup": {"auditor": "r", "admin": "rwc"},
    "trace.setup.trade": {"auditor": "r", "admin": "rwc"},
    "trace.setup.change": {"auditor": "r", "admin": "r"},
    "trace.regulator.request": {
        "user": "rwcd",
        "auditor": "r",
        "quality": "rwcd",
        "admin": "rwcd",
    },
    "trace.regulator.file": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.regulator.gap": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.regulator.plan": {"user": "r", "auditor": "r", "quality": "rwcd", "admin": "rwcd"},
    "trace.seed": {"user": "rwcd", "auditor": "r", "quality": "rwcd", "admin": "rwcd"},
    "trace.epcis.capture": {"user": "r", "auditor": "r", "quality": "r", "admin": "rc"},
    "trace.epcis.event": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.epcis.item": {"user": "r", "auditor": "r", "quality": "r", "admin": "r"},
    "trace.epcis.query": {"user": "rcd", "auditor": "r", "quality": "rcd", "admin": "rwcd"},
    "trace.epcis.mark": {"admin": "r"},
    # What product forms show to whoever may read products.
    "trace.ftl.food": {
        "employee": "r",
        "packer": "r",
        "user": "r",
        "auditor": "r",
        "quality": "r",
        "admin": "rwcd",
    },
}
LETTERS = {"r": READ, "w": WRITE, "c": CREATE, "d": UNLINK}


@tagged("post_install", "-at_install")
class TestAccess(TraceCase):
    """No rights by accident: every model, every group, other companies, people without one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(cls.env, f"t_{name}", groups=f"lot_serial_trace.group_trace_{name}")
            for name in ("user", "auditor", "quality", "recall", "admin")
        }
        cls.people["employee"] = new_test_user(cls.env, "t_employee", groups="base.group_user")
        cls.people["packer"] = new_test_user(cls.env, "t_packer", groups="stock.group_stock_user")
        cls.people["portal"] = new_test_user(cls.env, "t_portal", groups="base.group_portal")

    def test_every_group_on_every_model(self):
        for model, rights in RIGHTS.items():
            for name, user in self.people.items():
                # a recall manager is somebody of quality with more rights
                other = "quality" if name == "recall" else ""
                granted = rights.get(name, rights.get(other, ""))
                for letter, operation in LETTERS.items():
                    with self.subTest(model=model, group=name, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in granted,
                        )

    def test_no_model_is_forgotten(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._module == "lot_serial_trace"
            and name.startswith("trace.")
            and not model._abstract
            and not model._transient
        }
        self.assertEqual(ours, set(RIGHTS))

    def test_other_companys_records_are_invisible(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.receive((self.device, "SN1", 1))
        lot = self.lot(self.device, "SN1")
        self.env["trace.hold"]._place(lot, "mine")
        self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "expired",
                    "values": {"lot": "SN1", "product": "Device", "date": "-"},
                    "severity": "warn",
                }
            ]
        )
        self.env["trace.run"]._ask(lot)
        user = self.people["admin"]
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in (
            "trace.event",
            "trace.hold",
            "trace.exception",
            "trace.run",
            "trace.run.line",
        ):
            with self.subTest(model):
                self.assertTrue(self.env[model].search_count([]))
                self.assertFalse(self.env[model].with_user(user).search_count([]))

    def test_people_without_the_app_can_work_in_stock(self):
        """A packer without traceability rights opens, validates and reads without an error."""
        packer = self.people["packer"]
        picking = self.picking("in", [(self.device, "SN1", 1)]).with_user(packer)
        self.env["stock.picking"].with_user(packer).get_view(view_type="form")
        picking.read(["name", "state"])
        self.assertIs(picking.button_validate(), True)
        lot = self.lot(self.device, "SN1").with_user(packer)
        lot.read(["name", "trace_status"])
        self.assertEqual(self.events(("document_id", "=", picking.id)).user_id, packer.id)
        with self.assertRaises(AccessError):
            lot.read(["trace_hold_ids"])

    def test_user_resolves_but_only_with_a_reason_and_never_deletes(self):
        exception = self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "expired",
                    "values": {"lot": "SN1", "product": "Device", "date": "-"},
                    "severity": "warn",
                }
            ]
        )
        mine = exception.with_user(self.people["user"])
        mine.action_take()
        self.assertEqual((mine.state, mine.user_id), ("progress", self.people["user"]))
        with self.assertRaises(UserError):
            mine._resolve("accepted", "  ")
        mine._resolve("accepted", "sold to staff")
        self.assertEqual(mine.resolved_by_id, self.people["user"])
        with self.assertRaises(UserError):
            exception.unlink()
        again = self.env["trace.exception"]._open_many(
            [
                {
                    "kind": "expired",
                    "values": {"lot": "SN1", "product": "Device", "date": "-"},
                    "severity": "warn",
                }
            ]
        )
        self.assertNotEqual(again, exception, "a resolved matter that comes back is a new one")
        mine.action_reopen()
