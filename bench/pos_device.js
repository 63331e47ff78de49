// The browser's part of bench/pos_device.py: answers of a server are made up here.

import { BookStore } from "./book_store.js";
import { judge } from "./judge.js";
import { LotBook } from "./lot_book.js";

const PAGE = 20000;
const PRODUCTS = 500;
const JUDGED = 20000;
/** Units that are sold between two times that the till asks for changes. */
const CHANGED = 200;

const count = Number(new URLSearchParams(location.search).get("count"));
const name = `bench-${Date.now()}`;
const number = (index) => `SN${String(index).padStart(10, "0")}`;
const figures = {};

async function timed(what, work) {
    const begin = performance.now();
    const result = await work();
    figures[what] = (performance.now() - begin) / 1000;
    return result;
}

/** Pages of an answer as they come: text. */
function pages() {
    const texts = [];
    for (let from = 0; from < count; from += PAGE) {
        texts.push(JSON.stringify(page(from, Math.min(from + PAGE, count))));
    }
    return texts;
}

function page(from, until) {
    const rows = Array.from({ length: until - from }, (_value, i) => from + i);
    const lots = {
        id: rows.map((row) => row + 1),
        name: rows.map(number),
        product: rows.map((row) => 1 + (row % PRODUCTS)),
        quantity: rows.map(() => 1),
        expires: rows.map((row) => 20800 + (row % 700)),
        stop: rows.map((row) => 20700 + (row % 700)),
        made: rows.map(() => null),
    };
    const answer = { lots, gone: [], products: {}, profiles: [{}] };
    for (let id = 1; !from && id <= PRODUCTS; id++) {
        answer.products[id] = { name: `P${id}`, tracking: "serial", profile: 0, codes: [`C${id}`] };
    }
    return answer;
}

function verdicts(book) {
    const words = { order: "", elsewhere: "", hint: "" };
    const till = { today: 20000, shop: "", kinds: {}, words, soldOn: () => "" };
    const times = [];
    for (let i = 0; i < JUDGED; i++) {
        const row = (i * 7919) % count;
        const product = { id: 1 + (row % PRODUCTS), name: "", tracking: "serial" };
        const asked = i % 10 ? number(row) : `UNKNOWN${i}`;
        const begin = performance.now();
        judge(book, { product, number: asked, quantity: 1 }, [], till);
        times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.95)];
}

async function main() {
    const texts = pages();
    const book = new LotBook();
    await timed("read the answer", () => texts.forEach((text) => book.apply(JSON.parse(text))));
    const store = new BookStore(name);
    await timed("write to the device", () => store.save(book, 1));
    const gone = Array.from({ length: CHANGED }, (_value, i) => [1 + i * 11, "sold"]);
    book.apply({ gone });
    await timed("write what changed", () => store.save(book, 2));
    await store.close();
    const again = new BookStore(name);
    const kept = await timed("open from the device", () => again.load());
    if (kept.book.here !== count - CHANGED) {
        throw new Error(`The device has ${kept.book.here} numbers`);
    }
    figures["verdict, 95 of 100"] = verdicts(kept.book) / 1000;
    await again.close();
    indexedDB.deleteDatabase(name);
}

main().then(
    () => fetch("/done", { method: "POST", body: JSON.stringify(figures) }),
    (error) => fetch("/done", { method: "POST", body: JSON.stringify({ error: error.stack }) }),
);
