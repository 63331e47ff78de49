// The till's part of bench/pos.py, run beside copies of its modules: reads pages, judges numbers.

import { readFileSync } from "node:fs";
import process from "node:process";
import { judge } from "./judge.js";
import { LotBook } from "./lot_book.js";

const JUDGED = 20000;

const pages = Array.from({ length: Number(process.argv[2]) }, (_value, number) =>
    readFileSync(`page${number}.json`, "utf8"),
);
const start = performance.now();
const book = new LotBook();
for (const page of pages) {
    book.apply(JSON.parse(page));
}
const read = (performance.now() - start) / 1000;

const till = {
    today: Math.floor(Date.now() / 86400000),
    shop: "Shop",
    kinds: {},
    words: { order: "", elsewhere: "", hint: "" },
    soldOn: () => "",
};
const times = [];
for (let i = 0; i < JUDGED; i++) {
    const row = (i * 7919) % book.length;
    const lot = book.lot(row);
    const product = { ...book.products.get(lot.product), id: lot.product };
    // Every tenth one is a number that nobody knows.
    const number = i % 10 ? lot.name : `UNKNOWN${i}`;
    const begin = performance.now();
    judge(book, { product, number, quantity: 1 }, [], till);
    times.push(performance.now() - begin);
}
times.sort((a, b) => a - b);
const p95 = times[Math.floor(times.length * 0.95)];
process.stdout.write(JSON.stringify({ numbers: book.length, read, p95 }));
