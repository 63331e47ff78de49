import { ConnectionLostError } from "@web/core/network/rpc";
import { uuid } from "@web/core/utils/strings";

/** Milliseconds between two tries while the server cannot be reached. */
export const RETRY_DELAY = 2000;

const nextTry = () => new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));

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
        const stamped = {
            uuid: uuid(),
            scanned_at: new Date().toISOString().slice(0, 19).replace("T", " "),
            ...scan,
        };
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
