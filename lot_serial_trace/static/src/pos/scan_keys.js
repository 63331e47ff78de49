import { KeyReader } from "../scan/key_reader";

/** Milliseconds between the last key of a code and the Enter that a scanner sends behind it. */
const AT_ONCE = 60;

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
