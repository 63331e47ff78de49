import { useExternalListener } from "@odoo/owl";
import { KeyReader } from "../scan/key_reader";

/** Milliseconds between the last key of a code and the Enter that a scanner sends behind it. */
const AT_ONCE = 60;

/** Milliseconds between two keys of a scanner. */
const BURST = 60;

/** The space and the Enter of a scanner press no button of a dialog that has just opened. */
export function useDeafButtons() {
    let last = -BURST;
    useExternalListener(
        window,
        "keydown",
        (event) => {
            const pause = event.timeStamp - last;
            last = event.timeStamp;
            const isPress = [" ", "Enter"].includes(event.key) && event.target.matches("button");
            if (pause < BURST && isPress) {
                event.preventDefault();
            }
        },
        { capture: true },
    );
}

/**
 * Finds the codes of a scanner among what is typed into a field.
 *
 * A scanner is known by its pace and by the Enter right behind the code; what fingers type, with
 * or without Enter, is left to the field.
 */
export class ScannerKeys extends KeyReader {
    endOf(event, input) {
        const pause = event.timeStamp - this.burst.last;
        const isScanner = this.burst.count > 2 && !this.burst.slow && pause < AT_ONCE;
        return isScanner && super.endOf(event, input);
    }

    silence() {
        this.burst.clear();
    }

    /** Only what the scanner sent is taken; what was typed before stays. */
    take(input) {
        const { count, isScanner } = this.burst;
        const code = input.value.slice(-count);
        input.value = input.value.slice(0, -count);
        this.burst.clear();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        this.onCode(code, isScanner ? "scanned" : "typed");
    }
}
