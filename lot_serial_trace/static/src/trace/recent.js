import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { session } from "@web/session";

/** Questions that are remembered, and how long one may be. */
const MOST = 8;
const LONGEST = 2000;

const key = () => `lot_serial_trace.asked.${session.db || ""}.${user.userId}`;

/** The latest questions of this person on this device: list of `{title, about}`. */
export function recall() {
    try {
        return JSON.parse(browser.localStorage.getItem(key())) || [];
    } catch {
        return [];
    }
}

/** Puts a question in front. */
export function remember({ title, about }) {
    const text = JSON.stringify(about);
    if (!title || text.length > LONGEST) {
        return;
    }
    const others = recall().filter((one) => JSON.stringify(one.about) !== text);
    try {
        const all = [{ title, about }, ...others].slice(0, MOST);
        browser.localStorage.setItem(key(), JSON.stringify(all));
    } catch {
        // a full or forbidden storage is no reason not to answer
    }
}
