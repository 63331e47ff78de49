import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { dayOf, localDay } from "./judge.js";
import { LotBook } from "./lot_book.js";
import { TillSales } from "./till_sales.js";

/** Milliseconds after which changes are asked for even if nobody has told of any. */
export const HEARTBEAT = 300000;
/** The same while the book may not know of a sale that the server has. */
export const AFTER_SALE = 10000;
/** Milliseconds until the first try again, and the longest wait between two. */
export const RETRY = [1000, 60000];
/** Days are compared only so many minutes from midnight: clocks differ a little. */
const AROUND_MIDNIGHT = 10;
/** So many numbers that have left are carried along before everything is asked for anew. */
const BALLAST = 50000;
/** Milliseconds after which everything is asked for anew, in case stock changed past the ledger. */
export const ANEW = 12 * 3600000;

/**
 * The till's book of numbers, kept like the server's.
 *
 * It is opened from the device at once, and then what has changed is asked for: when the till
 * opens, when the server tells of changes, when the network is back, and now and then in case
 * word was lost. One request at a time; what comes meanwhile is one more afterwards. While the
 * server cannot be reached the till works with what it knows, and tries again ever more rarely.
 *
 * Changes are told by the ledger. Whatever changed stock past it (another program, by SQL) is seen
 * when everything is asked for anew: twice a day, or when somebody wants it.
 */
export class TillBook {
    /**
     * @param {(since: string|null, page: string|null) => Promise<Object>} ask the server's book
     * @param {BookStore} store
     * @param {() => void} onChange told when the book has changed
     * @param {() => void} onBack told when the server answers again
     */
    constructor(ask, store, onChange = () => {}, onBack = () => {}) {
        this.ask = ask;
        this.store = store;
        this.onChange = onChange;
        this.onBack = onBack;
        this.book = null;
        this.sales = new TillSales();
        this.dayShift = 0;
        this.running = null;
        this.again = false;
        this.tries = 0;
        this.timer = null;
        this.due = Infinity;
        // what the bar shows, see book_status.js
        this.state = reactive({ ready: false, fresh: null, lost: false, products: 0 });
    }

    /** Whether the till knows any numbers. */
    get ready() {
        return this.state.ready;
    }

    /** When the server was heard last: milliseconds since 1970, null if never. */
    get fresh() {
        return this.state.fresh;
    }

    find(productId, number) {
        return this.book?.find(productId, number) || null;
    }

    named(number) {
        return this.book?.named(number) || [];
    }

    of(productId) {
        return this.book?.of(productId) || [];
    }

    productOfCode(code) {
        return this.book?.productOfCode(code) || null;
    }

    /** The local day in the shop, as days since 1970. */
    get today() {
        return localDay(new Date()) + this.dayShift;
    }

    // -- opening and closing ------------------------------------------------------------

    /** Open what the device has. */
    async load() {
        const [sales, kept] = await Promise.all([this.store.loadSales(), this.store.load()]);
        this.sales = new TillSales([...sales, ...this.sales.list]);
        if (kept && !this.book) {
            this.use(kept.book, kept.heard);
        }
    }

    close() {
        browser.clearTimeout(this.timer);
        this.closed = true;
        return this.store.close();
    }

    use(book, heard) {
        this.book = book;
        this.shiftDays(book.words.today, heard);
        Object.assign(this.state, { ready: true, fresh: heard, products: book.products.size });
        this.onChange();
    }

    /**
     * The device's clock may be set to another zone than the shop's. Only a difference that does
     * not come from the moment of midnight counts.
     */
    shiftDays(today, heard) {
        const at = new Date(heard);
        const minutes = at.getHours() * 60 + at.getMinutes();
        const nearMidnight = Math.min(minutes, 24 * 60 - minutes) < AROUND_MIDNIGHT;
        if (today && !nearMidnight) {
            this.dayShift = dayOf(today) - localDay(at);
        }
    }

    // -- asking the server ----------------------------------------------------------

    /** Ask for what has changed; resolves with whether the server has answered. */
    refresh() {
        if (this.running) {
            this.again = true;
            return this.running;
        }
        browser.clearTimeout(this.timer);
        this.running = this.fetchAll().finally(() => (this.running = null));
        return this.running;
    }

    async fetchAll() {
        let done;
        do {
            this.again = false;
            done = await this.tryFetch();
        } while (done && this.again && !this.closed);
        this.later(done);
        return done;
    }

    async tryFetch() {
        try {
            await this.fetch();
            this.isBack();
            return true;
        } catch (error) {
            this.tries++;
            this.state.lost = true;
            if (!(error instanceof ConnectionLostError)) {
                console.warn("Traceability: numbers of the shop:", error?.message || error);
            }
            return false;
        }
    }

    isBack() {
        const wasLost = this.state.lost;
        this.tries = 0;
        this.state.lost = false;
        if (wasLost) {
            this.onBack();
        }
    }

    later(done) {
        const [first, longest] = RETRY;
        this.wait(done ? HEARTBEAT : Math.min(first * 2 ** (this.tries - 1), longest));
    }

    /** Ask again after so many milliseconds. */
    wait(milliseconds) {
        browser.clearTimeout(this.timer);
        this.due = Date.now() + milliseconds;
        if (!this.closed) {
            this.timer = browser.setTimeout(() => this.refresh(), milliseconds);
        }
    }

    /** One answer of the server with all its pages. */
    async fetch() {
        const asked = Date.now();
        const since = (!this.isStale(asked) && this.book?.cursor) || null;
        let answer = await this.ask(since, null);
        const book = answer.full || !this.book ? new LotBook() : this.book;
        book.anew = answer.full ? asked : book.anew;
        const cursor = answer.cursor;
        book.apply(answer);
        while (answer.next && !this.closed) {
            answer = await this.ask(since, answer.next);
            book.apply(answer);
        }
        // The first page's: what changes while the others are sent comes once more.
        book.cursor = cursor;
        this.settle(book, asked);
    }

    /** Whether the book is better thrown away than mended. */
    isStale(now) {
        const { book } = this;
        const isHeavy = book && book.goneRows > Math.max(BALLAST, book.here);
        return isHeavy || now - (book?.anew || 0) > ANEW;
    }

    /** Everything is asked for anew, because somebody does not believe the book. */
    renew() {
        if (this.book) {
            this.book.anew = 0;
        }
        return this.refresh();
    }

    settle(book, asked) {
        if (this.sales.booked(asked)) {
            this.keepSales();
        }
        this.use(book, asked);
        this.store.save(book, asked);
    }

    // -- what this till sells ---------------------------------------------------------

    paid(sale) {
        this.sales.paid(sale);
        this.keepSales();
    }

    unpaid(uuid) {
        if (this.sales.undo(uuid)) {
            this.keepSales();
        }
    }

    sent(uuid) {
        if (this.sales.sent(uuid, Date.now())) {
            this.keepSales();
            this.wait(Math.min(AFTER_SALE, this.due - Date.now()));
        }
    }

    keepSales() {
        return this.store.saveSales(this.sales.list);
    }
}
