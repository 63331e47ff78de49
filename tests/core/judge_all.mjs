// Judges numbers as the till does: JSON lines [answer, ask, uses, till] in, sentences out.
// Run by test_till_twins.py.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const till = pathToFileURL(process.argv[2]);
const { judge } = await import(`${till}/judge.js`);
const { LotBook } = await import(`${till}/lot_book.js`);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const [answer, ask, uses, words] = JSON.parse(line);
    const book = new LotBook();
    book.apply(answer);
    const { findings } = judge(book, ask, uses, { ...words, kinds: {}, soldOn: () => "S/1" });
    console.log(JSON.stringify(findings.map(({ code, text }) => [code, text])));
}
