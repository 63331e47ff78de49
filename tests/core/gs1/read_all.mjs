// Reads scans with the browser's reader: JSON lines [text, options] in, JSON lines out.
// Run by test_gs1_twins.py.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { parse } = await import(pathToFileURL(process.argv[2]));

function read([text, options]) {
    try {
        const result = parse(text, options);
        const warnings = result.warnings.map(({ code, ai, position, message }) => ({
            code,
            ai,
            position,
            message,
        }));
        return { result: { ...result, warnings } };
    } catch (error) {
        if (error.name !== "Gs1Error") {
            return { crash: String(error.stack) };
        }
        const { code, ai, position, message } = error;
        return { error: { code, ai, position, message } };
    }
}

// the server's elements have no floating point number
const withoutFloats = (key, value) => (key === "numeric" ? undefined : value);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    console.log(JSON.stringify(read(JSON.parse(line)), withoutFloats));
}
