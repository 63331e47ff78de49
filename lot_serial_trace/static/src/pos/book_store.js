import { LotBook } from "./lot_book.js";

/** Counted up when what is kept looks different: what an older version kept is thrown away. */
const FORMAT = 1;
/** Milliseconds after which a device that does not answer is left alone. */
const PATIENCE = 5000;
const PARTS = "parts";
const SALES = "sales";

/**
 * The book of numbers and the unbooked sales on the device, in a database of their own.
 *
 * A save is one transaction: a crash leaves what was there before, with the cursor that belongs
 * to it. Chunks of two tabs do not fit together: who writes sets its mark, and who finds
 * another's mark writes everything. The till works without it: whatever fails here (no room,
 * broken, switched off in a private window) costs one long load at the next start.
 */
export class BookStore {
    /**
     * @param {string} name of the database
     * @param {IDBFactory} factory
     */
    constructor(name, factory = window.indexedDB) {
        this.name = name;
        this.factory = factory;
        this.writer = Math.random().toString(36).slice(2);
        this.saving = Promise.resolve(true);
        this.kept = null;
        this.opened = null;
    }

    // -- the book -----------------------------------------------------------------

    /**
     * The book as it was saved, null if there is none or it is broken.
     *
     * @returns {Promise<{book: LotBook, heard: number}|null>}
     */
    async load() {
        try {
            const parts = await this.transact(PARTS, (store) => this.readParts(store));
            return this.restore(parts);
        } catch (error) {
            complain(error);
            return null;
        }
    }

    /** Read all parts and put our mark on them. */
    readParts(store) {
        const parts = new Map();
        store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
            if (cursor) {
                parts.set(cursor.key, cursor.value);
                cursor.continue();
            } else if (parts.get("meta")) {
                store.put({ ...parts.get("meta"), writer: this.writer }, "meta");
            }
        };
        return parts;
    }

    restore(parts) {
        const meta = parts.get("meta");
        if (meta?.format !== FORMAT) {
            return null;
        }
        const book = LotBook.restore(meta.length, parts);
        if (!book) {
            complain(new Error("The numbers on this device are broken; they are loaded anew"));
            return null;
        }
        book.cursor = meta.cursor;
        book.anew = meta.anew || 0;
        this.kept = book;
        return { book, heard: meta.heard };
    }

    /**
     * Write what has changed; saves wait for each other.
     *
     * @param {LotBook} book
     * @param {number} heard when the server was asked for it (milliseconds since 1970)
     * @returns {Promise<boolean>} whether it is on the device
     */
    save(book, heard) {
        this.saving = this.saving.then(() => this.saveNow(book, heard));
        return this.saving;
    }

    async saveNow(book, heard) {
        try {
            await this.transact(PARTS, (store) => {
                store.get("meta").onsuccess = ({ target: { result: meta } }) =>
                    this.writeParts(store, book, heard, meta);
            });
            return true;
        } catch (error) {
            // What was to be written is not there: next time everything is.
            this.kept = null;
            complain(error);
            return false;
        }
    }

    writeParts(store, book, heard, meta) {
        const everything = this.kept !== book || meta?.writer !== this.writer;
        if (everything) {
            store.clear();
        }
        for (const [key, part] of book.parts(everything)) {
            store.put(part, key);
        }
        const { length, cursor, anew } = book;
        store.put({ format: FORMAT, writer: this.writer, length, cursor, anew, heard }, "meta");
        book.settle();
        this.kept = book;
    }

    // -- unbooked sales -------------------------------------------------------------

    /** Sales as they were saved (till_sales.js). */
    async loadSales() {
        try {
            const found = await this.transact(SALES, (store) => store.get("list"));
            return found.result || [];
        } catch (error) {
            complain(error);
            return [];
        }
    }

    async saveSales(list) {
        try {
            await this.transact(SALES, (store) => store.put(list, "list"));
        } catch (error) {
            complain(error);
        }
    }

    // -- the device -----------------------------------------------------------------

    /** Run `work` on a store in a transaction; resolves with its result when all is written. */
    async transact(name, work) {
        const database = await this.open();
        return new Promise((resolve, reject) => {
            const transaction = database.transaction(name, "readwrite");
            let result;
            transaction.oncomplete = () => resolve(result);
            transaction.onabort = () => reject(transaction.error || new Error("Not written"));
            try {
                result = work(transaction.objectStore(name));
            } catch (error) {
                transaction.abort();
                reject(error);
            }
        });
    }

    /** The open database; opened again after it was closed or could not be opened. */
    open() {
        this.opened ||= this.openNow().catch((error) => {
            this.opened = null;
            throw error;
        });
        return this.opened;
    }

    openNow() {
        return new Promise((resolve, reject) => {
            const request = this.factory.open(this.name, FORMAT);
            const late = setTimeout(() => {
                request.onsuccess = () => request.result.close();
                reject(new Error("The device is busy"));
            }, PATIENCE);
            request.onupgradeneeded = () => makeStores(request.result);
            request.onsuccess = () => {
                clearTimeout(late);
                this.watch(request.result);
                resolve(request.result);
            };
            request.onerror = () => {
                clearTimeout(late);
                reject(request.error);
            };
        });
    }

    /** Make way for a newer version in another tab, and notice when the browser closes it. */
    watch(database) {
        database.onversionchange = () => this.close();
        database.onclose = () => (this.opened = null);
    }

    async close() {
        const opened = this.opened;
        this.opened = null;
        (await opened?.catch(() => null))?.close();
    }
}

/** A new database, or one of an older version: without anything. */
function makeStores(database) {
    [...database.objectStoreNames].forEach((name) => database.deleteObjectStore(name));
    database.createObjectStore(PARTS);
    database.createObjectStore(SALES);
}

function complain(error) {
    console.warn("Traceability: numbers on this device:", error?.message || error);
}
