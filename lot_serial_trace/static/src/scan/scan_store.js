import { browser } from "@web/core/browser/browser";

/**
 * What must survive a reload or a crash, kept on the device per database and person.
 *
 * Each entry has a key of its own in the local storage, so that two tabs never overwrite each
 * other's; keys sort in the order of the scans. It is written before anything else happens to
 * a scan, at once: IndexedDB would answer later.
 */
export class ScanStore {
    constructor(database, userId) {
        this.prefix = `lot_serial_trace/scans/${database}/${userId}/`;
        this.counter = 0;
    }

    /** A key after all those of before. */
    nextKey() {
        const count = String(this.counter++).padStart(6, "0");
        return `${this.prefix}queue/${String(Date.now()).padStart(15, "0")}-${count}`;
    }

    /** Whether the device keeps it. */
    put(key, entry) {
        try {
            browser.localStorage.setItem(key, JSON.stringify(entry));
            return true;
        } catch {
            return false;
        }
    }

    drop(key) {
        browser.localStorage.removeItem(key);
    }

    /** Kept entries as [key, entry], oldest first. */
    load() {
        const keys = [];
        for (let i = 0; i < browser.localStorage.length; i++) {
            keys.push(browser.localStorage.key(i));
        }
        return keys
            .filter((key) => key?.startsWith(`${this.prefix}queue/`))
            .sort()
            .map((key) => [key, this.read(key)])
            .filter(([, entry]) => entry?.uuid);
    }

    /** What the last answer said about the place, package and product of a document. */
    context(document) {
        return this.read(`${this.prefix}at/${document}`) || {};
    }

    setContext(document, context) {
        const empty = Object.values(context).every((id) => !id);
        const key = `${this.prefix}at/${document}`;
        return empty ? this.drop(key) : this.put(key, context);
    }

    read(key) {
        try {
            return JSON.parse(browser.localStorage.getItem(key));
        } catch {
            return null;
        }
    }
}
