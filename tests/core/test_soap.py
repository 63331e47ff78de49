"""Documents are fetched from a real SOAP server that answers well and badly."""

import importlib.util
from pathlib import Path

import pytest

from lot_serial_trace.core import soap

PATH = Path(soap.__file__).parent.parent / "tests" / "soap_server.py"
spec = importlib.util.spec_from_file_location("soap_server", PATH)
soap_server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(soap_server)

MAPPING = soap.Mapping("Document", "Content", "FileName", "Id")
SECRET = "s3cret-pa55"


@pytest.fixture
def start():
    servers = []

    def begin(**options):
        servers.append(soap_server.SoapServer(**options))
        servers[-1].queue["1"] = ("a.xml", b"<a>\xc3\xa9</a>")
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


@pytest.fixture
def server(start):
    return start()


def fetch(server, mapping=MAPPING, rows=(("Customer", "C1"),), **access):
    service = soap.Service(soap.Access(server.wsdl, **access))
    return soap.documents(service.call("Fetch", soap.arguments(rows, {})), mapping)


def refused(code, action, *args, **options):
    with pytest.raises(soap.SoapTrouble) as caught:
        action(*args, **options)
    assert caught.value.code == code, caught.value.text
    assert SECRET not in caught.value.text
    return caught.value.text


def test_documents(server):
    server.queue["2"] = ("b & c.edi", b"UNA:+.? '")
    assert fetch(server) == [
        soap.Document(b"<a>\xc3\xa9</a>", "a.xml", "1"),
        soap.Document(b"UNA:+.? '", "b & c.edi", "2"),
    ]


def test_an_empty_queue(server):
    server.queue.clear()
    assert fetch(server) == []


@pytest.mark.parametrize("content", ["xsd:string", "xsd:base64Binary"])
@pytest.mark.parametrize("data", [b"<a/>", b"UNA:+.? 'UNB+UNOC:3'", b"\x00\x01binary " * 9])
def test_content_as_text_and_as_bytes(start, content, data):
    server = start(content=content)
    server.queue["1"] = ("x", data)
    assert fetch(server)[0].data == data


def test_content_as_xml(start):
    server = start(content="xsd:anyType")
    server.queue["1"] = ("x", b'<n:a xmlns:n="urn:x"><n:b>1</n:b></n:a>')
    (document,) = fetch(server)
    assert document.data.endswith(b"<n:b>1</n:b></n:a>")
    assert b'xmlns:n="urn:x"' in document.data


def test_arguments():
    rows = [("Customer", "{gln}"), ("Window.Since", "{since}"), ("Window.Most", "5"), ("x", "{?}")]
    found = soap.arguments(rows, {"gln": "1", "since": "2026-01-01"})
    window = {"Since": "2026-01-01", "Most": "5"}
    assert found == {"Customer": "1", "Window": window, "x": "{?}"}


def test_nested_arguments_reach_the_service(server):
    server.queue["2"] = ("b", b"2")
    rows = [("Customer", "C1"), ("Window.Since", "2026-01-01"), ("Window.Most", "1")]
    assert len(fetch(server, rows=rows)) == 1
    assert ">2026-01-01<" in server.requests[-1]


def test_operations(server):
    lines = soap.Service(soap.Access(server.wsdl)).operations()
    assert lines[0].startswith("Acknowledge(Id: xsd:string)")
    assert "Customer: xsd:string" in lines[1]


def test_paths():
    answer = {"Lists": [{"Item": [{"F": "1"}, {"F": None}]}, {"Item": None}], "Other": 1}
    found = soap.documents(answer, soap.Mapping("Lists.Item", "F"))
    assert [document.data for document in found] == [b"1"]
    assert soap.documents("<a/>", soap.Mapping())[0].data == b"<a/>"
    refused("path", soap.documents, answer, soap.Mapping("Lists.Nothing"))
    refused("path", soap.documents, {"a": 1}, soap.Mapping("a.b"))
    refused("answer", soap.documents, {"a": 1}, soap.Mapping("a"))


# -- who asks -------------------------------------------------------------------


def test_basic_authentication(server):
    server.user = ("us\u00e9r", SECRET)
    who = {"auth": "basic", "user": "us\u00e9r", "password": SECRET}
    assert len(fetch(server, **who)) == 1
    words = refused("denied", fetch, server, **{**who, "password": "wrong"})
    assert "password" in words
    refused("denied", fetch, server)


def test_ws_security(server):
    server.token = ("user", SECRET)
    who = {"auth": "text", "user": "user", "password": SECRET}
    assert len(fetch(server, **who)) == 1
    assert "PasswordText" in server.requests[-1]
    words = refused("fault", fetch, server, **{**who, "password": "wrong"})
    assert "token could not be verified" in words


def test_ws_security_digest(server):
    fetch(server, auth="digest", user="user", password=SECRET)
    assert "PasswordDigest" in server.requests[-1]
    assert SECRET not in server.requests[-1]


def test_nothing_secret_is_shown_or_logged(server, caplog):
    caplog.set_level("DEBUG")
    access = soap.Access(server.wsdl, auth="text", user="user", password=SECRET)
    soap.Service(access).call("Fetch", {"Customer": "C1"})
    assert SECRET in server.requests[-1], "it was sent"
    assert SECRET not in caplog.text + repr(access)


# -- what goes wrong ------------------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "code", "words"),
    [
        ("fault", "fault", "closed until Monday"),
        ("slow", "timeout", "within 0.5 seconds"),
        ("trickle", "timeout", "within 0.5 seconds"),
        ("huge", "too_big", "bigger than 1000000 bytes"),
        ("no xml", "answer", "invalid XML"),
        ("dtd", "answer", "DTDForbidden"),
        ("error", "answer", "502"),
        ("redirect", "other_host", "elsewhere.example"),
    ],
)
def test_bad_answers(server, manner, code, words):
    server.manner = manner
    assert words in refused(code, fetch, server, timeout=0.5, size=1_000_000)


def test_nobody_there(server):
    access = soap.Access("http://127.0.0.1:9/?wsdl", timeout=2)
    refused("unreachable", soap.Service, access)
    refused("other_host", soap.Service, soap.Access(f"{server.url}/away?wsdl"))
    assert soap.Service(soap.Access(f"{server.url}/moved?wsdl")).operations()


def test_wrong_arguments_and_operations(server):
    service = soap.Service(soap.Access(server.wsdl))
    refused("operation", service.call, "Nothing", {})
    assert "Nope" in refused("argument", service.call, "Fetch", {"Nope": "1"})
    refused("argument", service.call, "Fetch", {})
    refused("wsdl", soap.Service, soap.Access(server.wsdl, service="Nope"))


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("file:///etc/passwd", "address"),
        ("http://elsewhere.example/x.xsd", "other_host"),
        ("ftp://127.0.0.1/x.xsd", "address"),
    ],
)
def test_a_wsdl_that_points_elsewhere(start, location, code):
    imports = f'<xsd:import namespace="urn:x" schemaLocation="{location}"/>'
    refused(code, fetch, start(imports=imports))


def test_a_service_address_elsewhere(start):
    server = start(address="http://elsewhere.example/service")
    refused("other_host", fetch, server)


def test_a_host_that_is_trusted(start):
    other = start()
    server = start(address=other.address.replace("127.0.0.1", "localhost"))
    refused("other_host", fetch, server)
    assert len(fetch(server, hosts=frozenset({"localhost"}))) == 1
