import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { uuid } from "@web/core/utils/strings";
import { session } from "@web/session";
import { ScanQueue } from "./scan_queue";
import { ScanStore } from "./scan_store";

/** Milliseconds after which a request that got no answer counts as lost. */
export const PATIENCE = 20000;

const SESSION_EXPIRED = "odoo.http.SessionExpiredException";

/** The name of a document in the outbox. */
export const documentKey = (model, id) => `${model},${id}`;

/**
 * All scans on their way from this device to the server, whatever screen is open.
 *
 * A scan is stored on the device, shown, sent (scan_queue.js), answered and only then dropped.
 * What a reload or a crash has left is sent when the web client starts again; the server knows
 * each scan by its uuid, so sending it twice does nothing twice. A scan that the server cannot
 * take (an error, not a refusal) stays here until somebody sends it again or dismisses it; the
 * ones behind it go on.
 */
export class ScanOutbox {
    /**
     * @param {(model, method, args, kwargs) => Promise} call calls the server
     * @param {ScanStore} store
     */
    constructor(call, store) {
        this.call = call;
        this.store = store;
        this.bus = new EventBus();
        this.state = reactive({ connected: true, expired: false, stored: true, entries: [] });
        this.queue = new ScanQueue(
            (entry) => this.send(entry),
            (connected) => (this.state.connected = connected),
        );
    }

    /** Takes up what the last page left behind. */
    resume() {
        for (const [key, entry] of this.store.load()) {
            this.enqueue({ ...entry, key });
        }
    }

    /**
     * @param {{model: string, id: number, name: string}} document what is scanned into
     * @param {string} method public method of the model
     * @param {Object} values its arguments; `uuid` and `scanned_at` are set here for scans
     * @returns {Object} the entry
     */
    add(document, method, values) {
        const entry = {
            uuid: uuid(),
            key: this.store.nextKey(),
            document: { ...document },
            method,
            values,
            at: new Date().toISOString(),
        };
        this.state.stored = this.store.put(entry.key, entry);
        this.enqueue(entry);
        return entry;
    }

    enqueue(entry) {
        this.state.entries.push({ ...entry, state: "waiting", error: "" });
        this.queue.add(entry).then(
            (answer) => this.onAnswer(entry, answer),
            (error) => this.onFailure(entry, error),
        );
    }

    async send(entry) {
        if (!this.find(entry.uuid)) {
            return null;
        }
        const { model, id } = entry.document;
        try {
            const args = [[id]];
            const answer = await this.patiently(
                this.call(model, entry.method, args, this.arguments(entry)),
            );
            this.state.expired = false;
            this.remember(entry, answer);
            return answer;
        } catch (error) {
            this.state.expired = error.exceptionName === SESSION_EXPIRED;
            throw this.state.expired ? new ConnectionLostError() : error;
        }
    }

    /** A stalled network must not hold up the scans for ever. */
    async patiently(request) {
        let timer;
        const late = new Promise((_resolve, reject) => {
            timer = browser.setTimeout(() => reject(new ConnectionLostError()), PATIENCE);
        });
        try {
            return await Promise.race([request, late]);
        } catch (error) {
            request.abort?.(false);
            throw error instanceof ConnectionAbortedError ? new ConnectionLostError() : error;
        } finally {
            browser.clearTimeout(timer);
        }
    }

    arguments(entry) {
        if (entry.method.endsWith("_undo")) {
            return entry.values;
        }
        const { model, id } = entry.document;
        const stamp = { uuid: entry.uuid, scanned_at: entry.at.slice(0, 19).replace("T", " ") };
        return { ...this.store.context(documentKey(model, id)), ...entry.values, ...stamp };
    }

    /** Keeps what the next scan of the document must tell the server. */
    remember(entry, answer) {
        const { model, id } = entry.document;
        const context = { product_id: answer.pending_product_id || null };
        if (model === "stock.picking") {
            context.location_id = answer.location?.id || null;
            context.package_id = answer.package?.id || null;
        }
        this.store.setContext(documentKey(model, id), context);
    }

    onAnswer(entry, answer) {
        this.drop(entry.uuid);
        if (answer) {
            this.bus.trigger("answer", { entry, answer });
        }
    }

    onFailure(entry, error) {
        const kept = this.find(entry.uuid);
        if (kept) {
            kept.state = "failed";
            kept.error = error.data?.message || error.message || _t("The server has a problem.");
            this.bus.trigger("failure", { entry: kept });
        }
    }

    /** Sends a scan once more that the server could not take. */
    resend(id) {
        const entry = this.find(id);
        this.forget(id);
        this.enqueue(entry);
    }

    /** Gives a scan up. */
    drop(id) {
        const entry = this.find(id);
        if (entry) {
            this.store.drop(entry.key);
            this.forget(id);
        }
    }

    forget(id) {
        const { entries } = this.state;
        const index = entries.findIndex((entry) => entry.uuid === id);
        entries.splice(index, 1);
    }

    find(id) {
        return this.state.entries.find((entry) => entry.uuid === id);
    }

    /** Whether scans are on this device only. */
    get unsent() {
        return this.state.entries.length;
    }
}

export const scanOutboxService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        const outbox = new ScanOutbox(
            (model, method, args, kwargs) => orm.silent.call(model, method, args, kwargs),
            new ScanStore(session.db, user.userId),
        );
        browser.addEventListener("beforeunload", (event) => {
            if (outbox.unsent) {
                event.preventDefault();
                event.returnValue = "";
            }
        });
        outbox.resume();
        return outbox;
    },
};

registry.category("services").add("trace_scan_outbox", scanOutboxService);
