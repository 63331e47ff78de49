// The numbers that a till knows. Needs nothing of Odoo, so that it runs in Node.js too.

/** Rows of a chunk: what is written to the device at once when one of them changes. */
export const CHUNK = 4096;
/** No date. */
const NONE = -2147483648;
/** Why a number is not in the shop any more, by what the column says. */
const GONE = ["", "sold", "moved"];

const COLUMNS = {
    id: Uint32Array,
    product: Uint32Array,
    quantity: Float64Array,
    expires: Float64Array,
    stop: Int32Array,
    made: Float64Array,
    gone: Uint8Array,
};

/**
 * What a till knows about the lots and serial numbers of its shop, and about all on hold.
 *
 * A shop can have a hundred thousand numbers: they are kept as columns, found by number and by
 * lot, and written to the device by chunks of rows. A number that has left stays as a row that
 * says so, because "sold already" is a better answer than "unknown".
 *
 * The server's answers (`pos.config.trace_book`) are applied in the order in which they come;
 * each can be applied twice.
 */
export class LotBook {
    constructor() {
        this.length = 0;
        this.names = [];
        this.columns = makeColumns(CHUNK);
        this.rows = new Map();
        this.lastOfName = new Map();
        this.before = new Int32Array(CHUNK);
        this.products = new Map();
        this.codes = new Map();
        this.holds = emptyHolds();
        this.holdsOfLot = new Map();
        this.heldOfName = new Map();
        this.words = { kinds: {}, today: null, mayPass: false };
        this.cursor = "";
        // when everything was asked for (milliseconds since 1970)
        this.anew = 0;
        this.goneRows = 0;
        this.changed = { chunks: new Set(), products: true, holds: true };
    }

    // -- asking -------------------------------------------------------------------

    /** The lot of a product with that number, or null. */
    find(productId, number) {
        return this.named(number).find((lot) => lot.product === productId) || null;
    }

    /** All lots of that number, of whatever product, those of the shop first. */
    named(number) {
        const lots = [];
        for (let row = this.lastOfName.get(number) ?? -1; row >= 0; row = this.before[row]) {
            lots.push(this.lot(row));
        }
        for (const hold of this.heldOfName.get(number) || []) {
            if (!lots.some((lot) => lot.id === hold.lotId)) {
                lots.push(this.heldLot(hold));
            }
        }
        return lots.sort((a, b) => !!a.gone - !!b.gone);
    }

    /** All lots of a product in the shop, those that expire first before the others. */
    of(productId) {
        const { product, gone, quantity } = this.columns;
        const lots = [];
        for (let row = 0; row < this.length; row++) {
            if (product[row] === productId && !gone[row] && quantity[row] > 0) {
                lots.push(this.lot(row));
            }
        }
        const last = ({ expires }) => expires ?? Infinity;
        return lots.sort((a, b) => last(a) - last(b) || (a.name < b.name ? -1 : 1));
    }

    /** What is in a row. */
    lot(row) {
        const { id, product, quantity, expires, stop, made, gone } = this.columns;
        return {
            id: id[row],
            name: this.names[row],
            product: product[row],
            quantity: quantity[row],
            expires: orNull(expires[row]),
            stop: stop[row] === NONE ? null : stop[row],
            made: orNull(made[row]),
            gone: GONE[gone[row]],
            reasons: this.reasons(id[row]),
        };
    }

    /** A number on hold that is not in the shop. */
    heldLot({ lotId, name, product }) {
        const nowhere = { quantity: 0, expires: null, stop: null, made: null, gone: "moved" };
        return { id: lotId, name, product, ...nowhere, reasons: this.reasons(lotId) };
    }

    /** Why a lot is on hold; empty if it is not. */
    reasons(lotId) {
        return this.holdsOfLot.get(lotId) || [];
    }

    /** The product that has a code (GTIN, barcode) in the shop, or null. */
    productOfCode(code) {
        return this.products.get(this.codes.get(code)) || null;
    }

    /** Numbers in the shop. */
    get here() {
        return this.length - this.goneRows;
    }

    // -- what the server says ---------------------------------------------------------

    /** Take up an answer of the server, or a page of one. */
    apply(answer) {
        this.applyWords(answer);
        this.applyProducts(answer.products || {}, answer.profiles || []);
        this.applyLots(answer.lots || { id: [] });
        (answer.gone || []).forEach(([lotId, why]) => this.markGone(lotId, why));
        if (answer.holds) {
            this.applyHolds(answer.holds);
        }
    }

    applyWords({ kinds, today, may_pass: mayPass }) {
        this.words = {
            kinds: kinds || this.words.kinds,
            today: today || this.words.today,
            mayPass: mayPass ?? this.words.mayPass,
        };
    }

    /** Products keep their severities themselves: another answer's profiles are others. */
    applyProducts(products, profiles) {
        for (const [id, { profile, ...product }] of Object.entries(products)) {
            const severities = profiles[profile] || {};
            this.products.set(Number(id), { ...product, id: Number(id), severities });
            this.changed.products = true;
        }
        this.indexCodes(Object.keys(products).map((id) => this.products.get(Number(id))));
    }

    indexCodes(products) {
        for (const product of products) {
            (product.codes || []).forEach((code) => this.codes.set(code, product.id));
        }
    }

    applyLots(lots) {
        this.reserve(this.length + lots.id.length);
        for (let i = 0; i < lots.id.length; i++) {
            const row = this.rowFor(lots.id[i], lots.name[i]);
            this.write(row, "product", lots.product[i]);
            this.write(row, "quantity", lots.quantity[i]);
            this.write(row, "expires", lots.expires?.[i] ?? NaN);
            this.write(row, "stop", lots.stop?.[i] ?? NONE);
            this.write(row, "made", lots.made?.[i] ?? NaN);
            this.write(row, "gone", 0);
        }
    }

    markGone(lotId, why) {
        const row = this.rows.get(lotId);
        if (row !== undefined) {
            this.write(row, "quantity", 0);
            this.write(row, "gone", why === "sold" ? 1 : 2);
        }
    }

    applyHolds(holds) {
        if (!sameHolds(holds, this.holds)) {
            this.holds = holds;
            this.changed.holds = true;
            this.indexHolds();
        }
    }

    indexHolds() {
        this.holdsOfLot = new Map();
        this.heldOfName = new Map();
        this.holds.lot.forEach((lotId, i) => {
            const reason = this.holds.reason[i];
            const reasons = this.holdsOfLot.get(lotId);
            if (reasons) {
                reasons.push(reason);
                return;
            }
            this.holdsOfLot.set(lotId, [reason]);
            const hold = { lotId, name: this.holds.name[i], product: this.holds.product[i] };
            push(this.heldOfName, hold.name, hold);
        });
    }

    // -- rows -----------------------------------------------------------------------

    /** The row of a lot, a new one if there is none; lots may be renamed. */
    rowFor(lotId, name) {
        let row = this.rows.get(lotId);
        if (row === undefined) {
            row = this.length++;
            this.rows.set(lotId, row);
            this.write(row, "id", lotId);
            this.link(row, name);
        } else if (this.names[row] !== name) {
            this.unlink(row);
            this.link(row, name);
        }
        return row;
    }

    /** Rows of one number form a chain, newest first. */
    link(row, name) {
        this.names[row] = name;
        this.before[row] = this.lastOfName.get(name) ?? -1;
        this.lastOfName.set(name, row);
        this.changed.chunks.add(Math.floor(row / CHUNK));
    }

    unlink(row) {
        const name = this.names[row];
        let other = this.lastOfName.get(name);
        if (other === row) {
            this.lastOfName.set(name, this.before[row]);
            return;
        }
        while (this.before[other] !== row) {
            other = this.before[other];
        }
        this.before[other] = this.before[row];
    }

    write(row, column, value) {
        const values = this.columns[column];
        if (Object.is(values[row], value)) {
            return;
        }
        if (column === "gone") {
            this.goneRows += !!value - !!values[row];
        }
        values[row] = value;
        this.changed.chunks.add(Math.floor(row / CHUNK));
    }

    /** Make room for so many rows. */
    reserve(length) {
        if (length <= this.before.length) {
            return;
        }
        const room = Math.ceil((length * 1.25) / CHUNK) * CHUNK;
        for (const [name, values] of Object.entries(this.columns)) {
            this.columns[name] = enlarged(values, room);
        }
        this.before = enlarged(this.before, room);
    }

    // -- to the device and back -----------------------------------------------------

    /**
     * What must be written to the device so that it is like the book.
     *
     * @param {boolean} everything also what has not changed
     * @returns {Map} name of the part -> its content
     */
    parts(everything = false) {
        const parts = new Map();
        const count = Math.ceil(this.length / CHUNK);
        const chunks = everything ? Array(count).keys() : this.changed.chunks;
        for (const index of chunks) {
            parts.set(`chunk/${index}`, this.chunk(index));
        }
        if (everything || this.changed.products) {
            parts.set("products", [...this.products.values()]);
        }
        if (everything || this.changed.holds) {
            parts.set("holds", this.holds);
        }
        parts.set("words", this.words);
        return parts;
    }

    /** Everything is on the device now. */
    settle() {
        this.changed = { chunks: new Set(), products: false, holds: false };
    }

    chunk(index) {
        const from = index * CHUNK;
        const until = Math.min(from + CHUNK, this.length);
        const chunk = { names: this.names.slice(from, until) };
        for (const [name, values] of Object.entries(this.columns)) {
            chunk[name] = values.slice(from, until);
        }
        return { ...chunk, sum: checksum(chunk) };
    }

    /**
     * The book as it was on the device, or null if something is missing or broken.
     *
     * @param {number} length how many rows it had
     * @param {Map} parts as `parts` gave them
     */
    static restore(length, parts) {
        const book = new LotBook();
        try {
            book.reserve(length);
            for (let index = 0; index * CHUNK < length; index++) {
                book.takeChunk(index, parts.get(`chunk/${index}`));
            }
            if (book.length !== length) {
                return null;
            }
            book.takeRest(parts);
        } catch {
            return null;
        }
        book.settle();
        return book;
    }

    takeChunk(index, chunk) {
        if (chunk.sum !== checksum(chunk)) {
            throw new RangeError(`Chunk ${index} is broken`);
        }
        const from = index * CHUNK;
        for (const name of Object.keys(COLUMNS)) {
            this.columns[name].set(chunk[name], from);
        }
        chunk.names.forEach((name, i) => {
            this.rows.set(chunk.id[i], from + i);
            this.link(from + i, name);
            this.goneRows += chunk.gone[i] ? 1 : 0;
        });
        this.length += chunk.names.length;
    }

    takeRest(parts) {
        for (const product of parts.get("products")) {
            this.products.set(product.id, product);
        }
        this.indexCodes([...this.products.values()]);
        this.holds = parts.get("holds");
        this.indexHolds();
        this.words = parts.get("words");
    }
}

function makeColumns(room) {
    return Object.fromEntries(
        Object.entries(COLUMNS).map(([name, Values]) => [name, new Values(room)]),
    );
}

function enlarged(values, room) {
    const larger = new values.constructor(room);
    larger.set(values);
    return larger;
}

function orNull(value) {
    return Number.isNaN(value) ? null : value;
}

function push(lists, key, value) {
    const list = lists.get(key);
    if (list) {
        list.push(value);
    } else {
        lists.set(key, [value]);
    }
}

function emptyHolds() {
    return { lot: [], name: [], product: [], reason: [] };
}

function sameHolds(one, other) {
    return (
        one.lot.length === other.lot.length &&
        ["lot", "name", "product", "reason"].every((column) =>
            one[column].every((value, i) => value === other[column][i]),
        )
    );
}

/** A sum over what is in a chunk (FNV-1a), which tells it from a broken one. */
function checksum(chunk) {
    let sum = 0x811c9dc5;
    for (const name of Object.keys(COLUMNS)) {
        const { buffer, byteOffset, byteLength } = chunk[name];
        if (chunk[name].length !== chunk.names.length) {
            return null;
        }
        const bytes = new Uint8Array(buffer, byteOffset, byteLength);
        for (let i = 0; i < bytes.length; i++) {
            sum = Math.imul(sum ^ bytes[i], 0x01000193);
        }
    }
    for (const name of chunk.names) {
        for (let i = 0; i < name.length; i++) {
            sum = Math.imul(sum ^ name.charCodeAt(i), 0x01000193);
        }
        sum = Math.imul(sum ^ 10, 0x01000193);
    }
    return sum >>> 0;
}
