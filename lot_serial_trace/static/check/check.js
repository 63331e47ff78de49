/** Compares a file with the certificate in the browser: the file does not leave the computer.
 *
 * Browsers hash in pages that came safely (https) only. Elsewhere the form sends the file.
 */
"use strict";

const form = document.querySelector("form");
const input = form && form.querySelector("input[type=file]");

/** @returns {Promise<string>} hexadecimal digits */
async function sha256(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
        "",
    );
}

function show(name) {
    for (const element of document.querySelectorAll("[data-result]")) {
        element.hidden = element.dataset.result !== name;
    }
}

if (input && window.crypto && crypto.subtle) {
    form.querySelector("button").hidden = true;
    input.addEventListener("change", async () => {
        if (!input.files.length) {
            return;
        }
        const digest = await sha256(input.files[0]);
        show(digest === form.dataset.sha256 ? "same" : "other");
    });
}
