import json

from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from ..models.trace_kpi_dashboard import DASHBOARDS, FILE, MADE
from .kpi_case import KpiCase

NAME = "lot_serial_trace.dashboard_figures"


@tagged("post_install", "-at_install")
class TestKpiDashboard(KpiCase):
    """The dashboard asks for what there is, and who may read the figures may read all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.question(7200, 1)
        with file_open(FILE) as file:
            cls.told = json.load(file)
        cls.reader, cls.employee = (
            new_test_user(
                cls.env,
                login,
                groups=group,
                company_id=cls.ours.id,
                company_ids=[(6, 0, cls.ours.ids)],
            )
            for login, group in (
                ("dashboard_reader", "lot_serial_trace.group_trace_auditor"),
                ("dashboard_employee", "base.group_user"),
            )
        )
        cls.as_reader = cls.env(
            user=cls.reader.id,
            context={**cls.env.context, "allowed_company_ids": cls.ours.ids},
        )

    def charts(self):
        figures = self.told["sheets"][0]["figures"]
        return [one["data"] for one in figures if one["data"]["type"].startswith("odoo_")]

    def test_pivots(self):
        for pivot in self.told["pivots"].values():
            rows = self.as_reader[pivot["model"]].formatted_read_group(
                Domain(pivot["domain"]),
                [one["fieldName"] for one in (*pivot["rows"], *pivot["columns"])],
                [one["id"] for one in pivot["measures"]],
            )
            found = {row["code"]: row for row in rows}
            self.assertEqual(found["cycle_time"]["seconds:avg"], 7200)
            self.assertEqual(found["cycle_time"]["records:sum"], 1)

    def test_cells_ask_for_measures_that_their_pivot_has(self):
        measures = {
            number: {one["id"] for one in pivot["measures"]}
            for number, pivot in self.told["pivots"].items()
        }
        cells = [cell for cell in self.told["sheets"][1]["cells"].values() if "PIVOT" in cell]
        self.assertEqual(len(cells), 8)
        for cell in cells:
            number, measure, _field, code = cell.partition("(")[2].rstrip(")").split(",")
            self.assertIn(json.loads(measure), measures[number])
            self.assertIn(json.loads(code), self.told["pivots"][number]["domain"][0][2])

    def test_charts(self):
        for chart in self.charts():
            about, asked = chart["metaData"], chart["searchParams"]
            measure = about["measure"]
            model = self.as_reader[about["resModel"]]
            aggregate = (
                measure
                if measure == "__count"
                else f"{measure}:{model._fields[measure].aggregator}"
            )
            groups = model.formatted_read_group(
                Domain(asked["domain"]), asked["groupBy"], [aggregate]
            )
            if asked["domain"] == [["code", "=", "cycle_time"]]:
                self.assertEqual([group["seconds:avg"] for group in groups], [7200])

    def test_lists(self):
        for number, asked in self.told["lists"].items():
            model = self.as_reader[asked["model"]]
            order = ",".join(
                f"{one['name']} {'asc' if one['asc'] else 'desc'}" for one in asked["orderBy"]
            )
            model.search_read(asked["domain"], asked["columns"], order=order, limit=10)
            cells = self.told["sheets"][0]["cells"].values()
            shown = {
                json.loads(cell.rstrip(")").split(",")[-1])
                for cell in cells
                if cell.startswith(f"=ODOO.LIST({number},")
            }
            self.assertEqual(shown, set(asked["columns"]))

    def test_filters_reach_what_they_filter(self):
        """Each filter names a field that exists in what it filters."""
        filters = {one["id"] for one in self.told["globalFilters"]}
        for one in (*self.told["pivots"].values(), *self.charts(), *self.told["lists"].values()):
            model = one.get("model") or one["metaData"]["resModel"]
            self.assertLessEqual(one["fieldMatching"].keys(), filters)
            for match in one["fieldMatching"].values():
                self.assertIn(match["chain"], self.env[model]._fields)

    def test_menus_that_charts_lead_to(self):
        for menu in self.told["chartOdooMenusReferences"].values():
            self.assertTrue(self.env.ref(menu).action, menu)

    def test_it_is_there_where_dashboards_are(self):
        if DASHBOARDS not in self.env:
            self.skipTest("no dashboards here")
        self.env["trace.kpi.dashboard"]._load()
        dashboard = self.env.ref(NAME)
        self.assertEqual(
            json.loads(dashboard.with_user(self.reader).spreadsheet_data)["pivots"],
            self.told["pivots"],
        )
        mine = self.env[DASHBOARDS].with_user(self.employee).search([])
        self.assertNotIn(dashboard, mine, "who may not read the figures does not see it")

    def test_dashboards_that_come_later_get_it_once(self):
        if DASHBOARDS not in self.env:
            self.skipTest("no dashboards here")
        later = self.env["trace.kpi.dashboard"]._load_later
        self.env["trace.kpi.dashboard"]._load()
        self.env.ref(NAME).unlink()
        later()
        self.assertFalse(self.env.ref(NAME, raise_if_not_found=False), "somebody deleted it")
        self.env["ir.config_parameter"].set_param(MADE, False)
        later()
        self.assertTrue(self.env.ref(NAME).is_published)
