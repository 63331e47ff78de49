import { loadJS } from "@web/core/assets";
import { buildZXingBarcodeDetector } from "@web/core/barcode/ZXingBarcodeDetector";
import { GS } from "./key_reader";

const FORMATS = ["data_matrix", "qr_code", "code_128", "ean_13", "ean_8", "upc_a", "upc_e", "itf"];

/** What a scanner would send before the data: it says that the code is a GS1 one. */
const SYMBOLOGIES = { data_matrix: "]d2", qr_code: "]Q3", code_128: "]C1" };

// (10)A(21)B with FNC1 before both fields, as the widths of the bars and gaps of a Code 128 ...
const PROBE_BARS = "2112144111311232211231221113234111312232111232211311232141212331112";
// ... and as the rows of a Data Matrix.
const PROBE_ROWS = "2aaa 32bf 261c 3151 37f0 216f 27b2 24d7 2954 37a1 3246 2d35 248c 3fff";
const PROBE = `10A${GS}21B`;

/** Draws dark squares on a white canvas. */
function draw(width, height, isDark) {
    const scale = 6;
    const margin = 10;
    const canvas = document.createElement("canvas");
    canvas.width = (width + 2 * margin) * scale;
    canvas.height = (height + 2 * margin) * scale;
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "black";
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (isDark(x, y)) {
                context.fillRect((x + margin) * scale, (y + margin) * scale, scale, scale);
            }
        }
    }
    return canvas;
}

function drawBars() {
    const bars = [...PROBE_BARS].flatMap((width, i) => Array(Number(width)).fill(i % 2 === 0));
    return draw(bars.length, 30, (x) => bars[x]);
}

function drawMatrix() {
    const rows = PROBE_ROWS.split(" ").map((row) => parseInt(row, 16));
    return draw(14, 14, (x, y) => (rows[y] >> (13 - x)) & 1);
}

/** Whether a detector tells the separators of GS1 fields: some leave them out, and then a lot
 * number runs into the field behind it. */
export async function keepsSeparators(detector) {
    for (const canvas of [drawBars(), drawMatrix()]) {
        const [code] = await detector.detect(canvas);
        if (!code?.rawValue.endsWith(PROBE)) {
            return false;
        }
    }
    return true;
}

async function nativeDetector() {
    try {
        const known = await window.BarcodeDetector.getSupportedFormats();
        const formats = FORMATS.filter((format) => known.includes(format));
        const detector = new window.BarcodeDetector({ formats });
        const wanted = ["data_matrix", "code_128"].every((format) => formats.includes(format));
        return wanted && (await keepsSeparators(detector)) ? detector : null;
    } catch {
        return null;
    }
}

/** ZXing as Odoo has it, told that FNC1 matters; it looks at the middle and at the whole in turn. */
export function buildDetector(ZXing) {
    const Base = buildZXingBarcodeDetector(ZXing);
    return class extends Base {
        constructor() {
            super({ formats: FORMATS });
            const hints = new Map(this.reader.hints);
            hints.set(ZXing.DecodeHintType.ASSUME_GS1, true);
            this.reader.setHints(hints);
            this.turn = 0;
        }

        async detect(video) {
            const { videoWidth: width, videoHeight: height } = video;
            const side = 0.6 * Math.min(width, height);
            const middle = {
                x: (width - side) / 2,
                y: (height - side) / 2,
                width: side,
                height: side,
            };
            this.setCropArea(this.turn++ % 2 ? middle : null);
            try {
                return (await super.detect(video)).map(({ rawValue, format }) => ({
                    rawValue,
                    format: format?.[0],
                }));
            } catch (error) {
                // half a code, or one with too many flaws: the next picture will do
                return error instanceof DOMException ? Promise.reject(error) : [];
            }
        }
    };
}

/** The browser's own detector where it tells GS1 separators, else ZXing. */
export async function makeDetector() {
    const native = "BarcodeDetector" in window && (await nativeDetector());
    if (native) {
        return native;
    }
    await loadJS("/web/static/lib/zxing-library/zxing-library.js");
    const Detector = buildDetector(window.ZXing);
    return new Detector();
}

/** A code as a scanner would have sent it. */
export function asScanned({ rawValue, format }) {
    const symbology = SYMBOLOGIES[format];
    return symbology && rawValue.startsWith(GS) ? symbology + rawValue.slice(1) : rawValue;
}
