"""`make run` as its user meets it: first start, second start, and every kind of violent end.

The tests build on each other: one database is installed once and lives through all of them.
"""

import signal

import pytest
import websocket

from .conftest import ended

SECOND_START = 40  # seconds to the page: a few, but other tests run beside


def test_an_install_killed_half_way_is_done_again(start):
    first = start()
    first.wait_for("installing 2 of")
    make, supervisor = first.make, first.supervisor
    make.kill()
    assert ended(supervisor), "the supervisor outlived make"

    second = start()
    second.wait_for("installing 2 of")  # not earlier: there would be no database to repair
    assert "the last install did not finish" in second.output()
    second.supervisor.kill()  # this time nobody can clean up
    second.make.wait(30)

    third = start()
    third.wait_for("ready")
    assert "the last install did not finish" in third.output()
    page = third.login().get(f"{third.url}/odoo", timeout=60)
    assert page.status_code == 200
    assert "web.assets_web" in page.text


def test_second_start_takes_seconds(start):
    server = start()
    assert server.wait_for("ready") < SECOND_START
    assert "admin" in server.output()
    assert server.interrupt() is not None
    assert not (server.home / ".odoo/run/server.json").exists()


def test_ctrl_c_stops_odoo_and_its_cluster(start):
    server = start()
    server.wait_for("ready")
    odoo, postgres = server.odoo, server.postgres
    server.interrupt()
    assert ended(odoo)
    assert ended(postgres)


def test_a_second_make_run_finds_the_first(start):
    first = start()
    first.wait_for("ready")
    second = start()
    assert second.make.wait(30) == 0
    assert f"already running: {first.url}" in second.output()


def test_only_this_machine_is_served_and_no_database_is_listed(start):
    server = start()
    server.wait_for("ready")
    listening = [link for link in server.odoo.net_connections() if link.status == "LISTEN"]
    assert {link.laddr.ip for link in listening} == {"127.0.0.1"}
    assert not server.postgres.net_connections("tcp")


def test_the_bus_answers(start):
    server = start()
    server.wait_for("ready")
    cookie = f"session_id={server.login().cookies['session_id']}"
    address = server.url.replace("http", "ws") + "/websocket?version=19.0-2"
    socket = websocket.create_connection(address, cookie=cookie, origin=server.url, timeout=20)
    assert socket.connected
    socket.close()


@pytest.mark.parametrize("victim", ["odoo", "postgres", "supervisor", "make"])
def test_work_survives_a_killed(start, victim):
    server = start()
    server.wait_for("ready")
    name = f"written before {victim} was killed"
    partner = {"model": "res.partner", "method": "create", "args": [[{"name": name}]], "kwargs": {}}
    server.call(server.login(), "/web/dataset/call_kw", partner)
    processes = [server.odoo, server.supervisor]
    getattr(server, victim).send_signal(signal.SIGKILL)
    assert server.make.wait(60) != 0
    assert all(ended(process) for process in processes), f"left running after {victim} was killed"

    again = start()
    again.wait_for("ready")
    args = [[("name", "=", name)]]
    count = {"model": "res.partner", "method": "search_count", "args": args, "kwargs": {}}
    assert again.call(again.login(), "/web/dataset/call_kw", count) == 1


def test_a_changed_add_on_is_upgraded(start, checkout):
    menus = checkout / "lot_serial_trace/views/menus.xml"
    menus.write_text(menus.read_text().replace("</odoo>", "<!-- changed --></odoo>"))
    server = start()
    server.wait_for("the add-on has changed")
    server.wait_for("ready")
    server.interrupt()
    again = start()
    again.wait_for("ready")
    assert "the add-on has changed" not in again.output()
