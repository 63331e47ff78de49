import { browser } from "@web/core/browser/browser";

/** The separator of GS1 fields (FNC1) as text. */
export const GS = "\x1d";

/** Milliseconds between two keys of a scanner, at most; nobody types twelve keys like that. */
const BURST = 60;
const BURST_LENGTH = 6;

/** Milliseconds of silence after which a code without Enter or Tab is taken for whole. */
export const SILENCE = 500;

/** Which character a key with Ctrl stands for: scanners send control characters like that. */
const CONTROL = { "]": GS, "\\": "\x1c", "^": "\x1e", 6: "\x1e", _: "\x1f", "-": "\x1f" };
const ENDS = { m: "Enter", j: "Enter", i: "Tab" };

/** Whether keys come too fast for fingers. */
export class Burst {
    constructor() {
        this.clear();
    }

    clear() {
        this.count = 0;
        this.slow = 0;
        this.last = 0;
    }

    /** Notes a key. */
    key(at) {
        if (this.count && at - this.last > BURST) {
            this.slow++;
        }
        this.count++;
        this.last = at;
    }

    /** One late key in six may be the machine's fault. */
    get isScanner() {
        return this.count >= BURST_LENGTH && this.slow <= this.count / 6;
    }
}

/**
 * Makes codes of the keys that a scanner in keyboard mode sends into a text field.
 *
 * Letters are left to the field. What a field does not take is put in here: the FNC1 of a GS1
 * code comes as the character GS, as Ctrl+] or as Alt+0,2,9. A code ends with Enter or Tab, or
 * with the same keys as Ctrl+M, Ctrl+J, Ctrl+I. A scanner that sends no end is understood by
 * its pace, until it has once sent one.
 */
export class KeyReader {
    /**
     * @param {(code: string, method: "scanned"|"typed") => void} onCode
     */
    constructor(onCode) {
        this.onCode = onCode;
        this.burst = new Burst();
        this.alt = "";
        this.endsItself = false;
        this.timer = null;
    }

    /** @param {KeyboardEvent} event keydown that goes to `input` */
    keydown(event, input) {
        browser.clearTimeout(this.timer);
        const end = this.endOf(event, input);
        if (end) {
            event.preventDefault();
            event.stopPropagation();
            this.end(input);
            return;
        }
        const character = this.controlOf(event);
        if (character) {
            event.preventDefault();
            event.stopPropagation();
            insert(input, character);
        }
        if (character || event.key?.length === 1) {
            this.burst.key(event.timeStamp);
        }
        this.timer = browser.setTimeout(() => this.silence(input), SILENCE);
    }

    /** @param {KeyboardEvent} event */
    keyup(event, input) {
        if (event.key === "Alt") {
            if (Number(this.alt) === 29) {
                insert(input, GS);
            }
            this.alt = "";
        }
    }

    endOf(event, input) {
        const key = event.ctrlKey && input.value ? ENDS[event.key] : event.key;
        // A person leaves the empty field with Tab.
        return key === "Enter" || (key === "Tab" && input.value.trim() && !event.shiftKey);
    }

    controlOf(event) {
        if (event.key === GS) {
            return GS;
        }
        if (event.altKey && !event.ctrlKey && /^[0-9]$/.test(event.key)) {
            this.alt += event.key;
            return "";
        }
        return event.ctrlKey && !event.altKey ? CONTROL[event.key] || "" : "";
    }

    silence(input) {
        if (this.burst.isScanner && !this.endsItself && input.value.trim()) {
            this.take(input);
        }
    }

    end(input) {
        this.endsItself ||= this.burst.isScanner;
        this.take(input);
    }

    take(input) {
        const code = input.value;
        const method = this.burst.isScanner || !this.burst.count ? "scanned" : "typed";
        this.burst.clear();
        input.value = "";
        if (code.trim()) {
            this.onCode(code, method);
        }
    }

    clear(input) {
        browser.clearTimeout(this.timer);
        this.burst.clear();
        input.value = "";
    }
}

/** Puts text where the cursor is. */
function insert(input, text) {
    const { selectionStart: from, selectionEnd: to } = input;
    input.setRangeText(text, from ?? input.value.length, to ?? input.value.length, "end");
}
