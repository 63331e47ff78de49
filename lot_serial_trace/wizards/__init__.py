from . import trace_exception_resolve
from . import trace_gate_wizard
from . import trace_hold_wizard
from . import trace_asn_upload
from . import trace_asn_reject
from . import trace_asn_channel_test
from . import trace_asn_mapping_wizard
from . import trace_asn_mapping_wizard_line
