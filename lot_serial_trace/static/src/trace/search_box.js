import {
    Component,
    onMounted,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { browser } from "@web/core/browser/browser";
import { parse } from "../gs1/index";
import { KeyReader } from "../scan/key_reader";
import { ICONS, kindOf } from "./words";

const EDITABLE = "input:not([type=button]), textarea, select, [contenteditable=true]";
/** Keys that the picture takes for itself while it has the focus. */
const PICTURE_KEYS = ["+", "-", " "];
const WAIT = 250;

/**
 * One field for everything: scan it, type the beginning of it, or paste a list of it.
 *
 * A scan that names one thing is asked at once. What is typed brings suggestions, chosen with the
 * arrow keys. Characters that come while nothing else wants them go here.
 */
export class SearchBox extends Component {
    static template = "lot_serial_trace.SearchBox";
    static props = { onAsk: Function };

    setup() {
        this.input = useRef("input");
        this.orm = useService("orm").silent;
        this.ui = useService("ui");
        this.state = useState({ hits: [], at: 0, busy: false, message: "", unknown: [], read: "" });
        this.reader = new KeyReader((code) => this.take(code));
        this.suggest = useDebounced(() => this.look(), WAIT);
        this.turn = 0;
        useExternalListener(window, "keydown", (event) => this.onKey(event), { capture: true });
        useExternalListener(window, "click", (event) => this.onClickElsewhere(event));
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => {
            if (detail.target !== this.input.el && !/^O(BT|CD|-)/.test(detail.barcode)) {
                this.take(detail.barcode);
            }
        });
        onMounted(() => this.input.el.focus());
        onWillUnmount(() => browser.clearTimeout(this.reader.timer));
    }

    kindOf = kindOf;

    iconOf({ kind }) {
        return ICONS[kind] || "fa-search";
    }

    // -- keys -----------------------------------------------------------------

    /** A character that nobody else wants begins a scan or a name. */
    onKey({ key, ctrlKey, altKey, metaKey }) {
        const active = document.activeElement;
        const isFree = this.ui.activeElement === document && !active?.matches(EDITABLE);
        const inPicture = active?.closest(".o_trace_graph") && PICTURE_KEYS.includes(key);
        const isCharacter = key?.length === 1 && key !== " " && !ctrlKey && !altKey && !metaKey;
        if (isFree && isCharacter && !inPicture) {
            this.input.el.focus({ preventScroll: true });
        }
    }

    onKeydown(event) {
        const { hits, at } = this.state;
        if (["ArrowDown", "ArrowUp"].includes(event.key) && hits.length) {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            this.state.at = (at + step + hits.length) % hits.length;
        } else if (event.key === "Escape") {
            this.close();
            this.reader.clear(this.input.el);
        } else if (event.key === "Enter" && hits.length && this.asked === this.text) {
            event.preventDefault();
            this.choose(hits[at]);
        } else if (event.key !== "Tab" || this.reader.burst.isScanner) {
            this.reader.keydown(event, this.input.el);
        }
    }

    onKeyup(event) {
        this.reader.keyup(event, this.input.el);
    }

    get text() {
        return this.input.el?.value.trim() || "";
    }

    onInput() {
        this.state.read = readable(this.input.el.value);
        if (this.text) {
            this.suggest();
        } else {
            this.close();
        }
    }

    /** A field takes one line; a list has many. */
    onPaste(event) {
        const text = event.clipboardData?.getData("text") || "";
        if (/[\n\r\t]/.test(text.trim())) {
            event.preventDefault();
            this.take(text);
        }
    }

    // -- looking --------------------------------------------------------------

    /** Suggestions for what stands in the field. */
    async look() {
        const text = this.text;
        if (text) {
            const found = await this.find(text);
            if (found && text === this.text) {
                this.offer(found, text);
            }
        }
    }

    /** A whole scan or name: asked at once if it names one thing. */
    async take(text) {
        this.suggest.cancel();
        const found = await this.find(text);
        if (!found) {
            return;
        }
        const exact = found.hits.filter((hit) => hit.exact);
        const only = found.hits.length === 1 && !found.message ? found.hits[0] : null;
        if (exact.length === 1 || only) {
            return this.choose(exact.length === 1 ? exact[0] : only, found.unknown);
        }
        const line = text.trim().split(/[\n\r\t]+/)[0];
        this.input.el.value = line.replaceAll("\x1d", "");
        this.offer(found, this.text);
    }

    async find(text) {
        const turn = ++this.turn;
        this.state.busy = true;
        try {
            const found = await this.orm.call("trace.explorer", "find", [text]);
            return turn === this.turn ? found : null;
        } catch (error) {
            this.offer({ hits: [], unknown: [], message: error.data?.message || error.message });
            return null;
        } finally {
            this.state.busy = turn === this.turn ? false : this.state.busy;
        }
    }

    offer({ hits, unknown, message }, text = "") {
        this.asked = text;
        Object.assign(this.state, { hits, unknown, message, at: 0 });
    }

    choose(hit, unknown = this.state.unknown) {
        this.close();
        this.input.el.value = "";
        this.state.read = "";
        this.props.onAsk(hit.question, unknown);
    }

    close() {
        this.suggest.cancel();
        this.turn++;
        Object.assign(this.state, { hits: [], unknown: [], message: "", busy: false });
    }

    onClickElsewhere(event) {
        if (!event.target.closest?.(".o_trace_search")) {
            this.close();
        }
    }

    get placeholder() {
        return _t("Scan or type a number, order, product, partner… or paste a list");
    }
}

/** What a GS1 code says, as it is printed below it. */
function readable(text) {
    if (!/^\]|^\(\d{2}|^https?:|^\d{16,}/.test(text)) {
        return "";
    }
    try {
        const { elements } = parse(text, { lenient: true });
        return elements.map(({ ai, title, value }) => `${title || ai} ${value}`).join(" · ");
    } catch {
        // half a code, still being typed
        return "";
    }
}
