"""Marks that several models know, in a file that defines no model.

The order in which models are imported is the order in which they extend each other: who needs
only a mark must not bring a model in before its turn.
"""

#: Value of the context key ``trace_putaway``: a place is chosen by rules and not by a person.
BY_RULE = object()
#: Value of the context key ``trace_from_quarantine``: what is reserved goes where goods in
#: quarantine may go.
FROM_QUARANTINE = object()
#: Key of the cursor's cache, which lives as long as the transaction: lines recorded in it.
RECORDED_NOW = "lot_serial_trace.recorded_now"
#: Value of the context key ``trace_counted``: what is applied has been recorded when it was
#: counted.
COUNTED_BEFORE = object()
