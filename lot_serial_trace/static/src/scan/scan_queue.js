import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { uuid } from "@web/core/utils/strings";

/** Milliseconds between two tries while the server cannot be reached. */
export const RETRY_DELAY = 2000;

/** Now, as the server writes a moment (UTC). */
const now = () => new Date().toISOString().slice(0, 19).replace("T", " ");

/** Waits a moment, or until the device says that it has a network again. */
function nextTry() {
    return new Promise((resolve) => {
        const go = () => {
            browser.removeEventListener("online", go);
            browser.clearTimeout(timer);
            resolve();
        };
        const timer = browser.setTimeout(go, RETRY_DELAY);
        browser.addEventListener("online", go);
    });
}

/**
 * Sends scans one after the other, in the order in which they were made.
 *
 * Ten scans in a second wait for each other. While the network is down the first one is
 * tried again and the others wait behind it; the server knows a scan that reached it before
 * the connection broke by its uuid.
 */
export class ScanQueue {
    /**
     * @param {(scan: Object) => Promise} send sends one scan; rejects with ConnectionLostError
     *      if the server could not be reached
     * @param {(waiting: boolean) => void} onConnection told when the connection is lost and back
     */
    constructor(send, onConnection = () => {}) {
        this.send = send;
        this.onConnection = onConnection;
        this.waiting = 0;
        this.last = Promise.resolve();
    }

    /**
     * @param {Object} scan what to send; gets `uuid` and `scanned_at` (UTC) here
     * @returns {Promise} what `send` answers
     */
    add(scan) {
        const stamped = { uuid: uuid(), scanned_at: now(), ...scan };
        this.waiting++;
        const answer = this.last.then(() => this.deliver(stamped));
        this.last = answer.catch(() => {}).finally(() => this.waiting--);
        return answer;
    }

    async deliver(scan) {
        for (;;) {
            try {
                const answer = await this.send(scan);
                this.onConnection(true);
                return answer;
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
                this.onConnection(false);
                await nextTry();
            }
        }
    }
}
