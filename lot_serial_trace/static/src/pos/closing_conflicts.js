import { ClosePosPopup } from "@point_of_sale/app/components/popups/closing_popup/closing_popup";

/** Whoever closes sees what the session leaves on the exception desk: see closing_conflicts.xml. */
if (Array.isArray(ClosePosPopup.props)) {
    ClosePosPopup.props = [...ClosePosPopup.props, "trace_conflicts?"];
}
