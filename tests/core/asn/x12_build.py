"""Small 856 interchanges for tests, from the few segments a test is about."""

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*261120*1000*U*00401*000000091*0*P*>"
)
SHIPMENT = """\
HL*1**S
DTM*011*20261121
N1*SF*Sender*UL*4012345000009
N1*ST*Receiver*92*12"""
ORDER = """\
HL*2*1*O
PRF*PO-1"""
ITEM = """\
LIN*1*UP*036000291452*VN*T-1
SN1**10*EA
PID*F****Thing"""


def notice(*parts, head="BSN*00*DA-1*20261120*1000*0001", number="0001", kind="856", count=None):
    """ST to SE around the segments of ``parts``, one a line."""
    body = [line for part in (head, *parts) for line in part.split("\n") if line]
    total = len(body) + 2 if count is None else count
    return [f"ST*{kind}*{number}", *body, f"SE*{total}*{number}"]


def interchange(*notices, isa=ISA, end="~\n", sets=None, groups=1):
    """A file: text, not bytes. Each notice is a list of segments."""
    total = len(notices) if sets is None else sets
    group = "GS*SH*SENDER*RECEIVER*20261120*1000*7*X*004010"
    inside = [line for lines in notices for line in lines]
    segments = [isa, group, *inside, f"GE*{total}*7", f"IEA*{groups}*000000091"]
    return "".join(segment + end for segment in segments)


def shipped(*parts, **options):
    """Bytes of a file with one shipment of one order; ``parts`` come below the order."""
    return interchange(notice(SHIPMENT, ORDER, *parts, **options)).encode()
