"""A SOAP service for tests: a queue of documents, in the process of the test, on a real port."""

import base64
import re
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

SPACE = "urn:test:notices"
WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:test:notices"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  targetNamespace="urn:test:notices">
<types><xsd:schema targetNamespace="urn:test:notices" elementFormDefault="qualified">%(imports)s
<xsd:element name="Fetch"><xsd:complexType><xsd:sequence>
  <xsd:element name="Customer" type="xsd:string"/>
  <xsd:element name="Window" minOccurs="0"><xsd:complexType><xsd:sequence>
    <xsd:element name="Since" type="xsd:date" minOccurs="0"/>
    <xsd:element name="Most" type="xsd:int" minOccurs="0"/>
  </xsd:sequence></xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element>
<xsd:element name="FetchResponse"><xsd:complexType><xsd:sequence>
  <xsd:element name="Document" minOccurs="0" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>
    <xsd:element name="Id" type="xsd:string"/>
    <xsd:element name="FileName" type="xsd:string"/>
    <xsd:element name="Content" type="%(content)s"/>
  </xsd:sequence></xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element>
<xsd:element name="Acknowledge"><xsd:complexType><xsd:sequence>
  <xsd:element name="Id" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
<xsd:element name="AcknowledgeResponse"><xsd:complexType><xsd:sequence>
  <xsd:element name="Done" type="xsd:boolean"/></xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema></types>
<message name="F"><part name="p" element="t:Fetch"/></message>
<message name="FR"><part name="p" element="t:FetchResponse"/></message>
<message name="A"><part name="p" element="t:Acknowledge"/></message>
<message name="AR"><part name="p" element="t:AcknowledgeResponse"/></message>
<portType name="Notices">
  <operation name="Fetch"><input message="t:F"/><output message="t:FR"/></operation>
  <operation name="Acknowledge"><input message="t:A"/><output message="t:AR"/></operation>
</portType>
<binding name="B" type="t:Notices">
  <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  <operation name="Fetch"><soap:operation soapAction="Fetch"/>
    <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  <operation name="Acknowledge"><soap:operation soapAction="Acknowledge"/>
    <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
</binding>
<service name="NoticeService">
  <port name="Main" binding="t:B"><soap:address location="%(address)s"/></port></service>
</definitions>"""
ENVELOPE = (
    '<?xml version="1.0"?>%s<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
    '<e:Body xmlns:t="urn:test:notices">%s</e:Body></e:Envelope>'
)
FAULT = "<e:Fault><faultcode>e:Server</faultcode><faultstring>%s</faultstring></e:Fault>"


class SoapServer:
    """Serves until it is closed.

    :ivar queue: dict id -> (file name, bytes); acknowledged ones leave it
    :ivar requests: bodies of the calls so far
    :ivar manner: ``good``, ``fault``, ``slow``, ``trickle``, ``huge``, ``no xml``, ``dtd``,
        ``error`` (HTTP 500 without SOAP), ``redirect``, ``busy`` (acknowledging fails)
    :ivar user: ``(name, password)`` that HTTP basic authentication must give
    :ivar token: ``(name, password)`` that a WS-Security UsernameToken must give
    """

    def __init__(self, content="xsd:base64Binary", imports="", address=None):
        self.queue, self.requests, self.acknowledged = {}, [], []
        self.manner, self.user, self.token = "good", None, None
        self.content, self.imports = content, imports
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        self.address = address or f"{self.url}/service"
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    @property
    def wsdl(self):
        return f"{self.url}/service?wsdl"

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args):
                pass

            def do_GET(self):
                server.get(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.requests.append(body.decode())
                server.post(self, body.decode())

        return Handler

    def send(self, handler, body, status=200, **headers):
        data = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        handler.send_header("Content-Type", "text/xml; charset=utf-8")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def get(self, handler):
        if handler.path == "/moved?wsdl":
            self.send(handler, "", 302, Location=self.wsdl)
        elif handler.path == "/away?wsdl":
            self.send(handler, "", 302, Location="http://elsewhere.example/?wsdl")
        elif not self._knows(handler):
            self.send(handler, "", 401, WWW_Authenticate="Basic")
        else:
            values = {"content": self.content, "imports": self.imports, "address": self.address}
            self.send(handler, WSDL % values)

    def _knows(self, handler):
        wanted = self.user and base64.b64encode(":".join(self.user).encode()).decode()
        return not wanted or handler.headers.get("Authorization") == f"Basic {wanted}"

    def _has_token(self, body):
        words = re.findall(r"<[\w:]*(?:Username|Password)\b[^>]*>([^<]*)<", body)
        return not self.token or (list(self.token) == words and "UsernameToken" in body)

    def post(self, handler, body):
        if not self._knows(handler):
            self.send(handler, "", 401)
        elif not self._has_token(body):
            self.send(handler, ENVELOPE % ("", FAULT % "The token could not be verified"), 500)
        else:
            getattr(self, f"_{self.manner.replace(' ', '_')}")(handler, body)

    def _good(self, handler, body):
        if "Acknowledge" in body:
            key = re.search(r"Id>([^<]*)<", body)[1]
            self.acknowledged.append(key)
            self.queue.pop(key, None)
            done = "<t:AcknowledgeResponse><t:Done>true</t:Done></t:AcknowledgeResponse>"
            self.send(handler, ENVELOPE % ("", done))
        else:
            self.send(handler, ENVELOPE % ("", self._fetched(body)))

    def _fetched(self, body):
        most = re.search(r"Most>(\d+)<", body)
        items = list(self.queue.items())[: int(most[1]) if most else None]
        rows = "".join(
            f"<t:Document><t:Id>{key}</t:Id><t:FileName>{escape(name)}</t:FileName>"
            f"<t:Content>{self._as_content(data)}</t:Content></t:Document>"
            for key, (name, data) in items
        )
        return f"<t:FetchResponse>{rows}</t:FetchResponse>"

    def _as_content(self, data):
        if self.content == "xsd:anyType":
            return re.sub(r"^<\?xml[^>]*\?>", "", data.decode())
        if self.content == "xsd:string" and data.startswith(b"<"):
            return escape(data.decode())
        return base64.b64encode(data).decode()

    def _busy(self, handler, body):
        if "Acknowledge" in body:
            self.send(handler, "", 503)
        else:
            self._good(handler, body)

    def _fault(self, handler, _body):
        self.send(handler, ENVELOPE % ("", FAULT % "The archive is closed until Monday"), 500)

    def _slow(self, handler, body):
        time.sleep(3)
        self._good(handler, body)

    def _trickle(self, handler, _body):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/xml")
        handler.end_headers()
        with suppress(OSError):
            for _second in range(40):
                handler.wfile.write(b" ")
                time.sleep(0.1)

    def _huge(self, handler, _body):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/xml")
        handler.end_headers()
        with suppress(OSError):
            for _part in range(2000):
                handler.wfile.write(b"x" * 100_000)

    def _no_xml(self, handler, _body):
        self.send(handler, "<html><p>Down for maintenance")

    def _dtd(self, handler, body):
        bomb = '<!DOCTYPE e:Envelope [<!ENTITY a "aaaa">]>'
        self.send(handler, ENVELOPE % (bomb, self._fetched(body)))

    def _error(self, handler, _body):
        self.send(handler, "", 502)

    def _redirect(self, handler, _body):
        self.send(handler, "", 307, Location="http://elsewhere.example/service")
