import { patch } from "@web/core/utils/patch";
import { browser } from "@web/core/browser/browser";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/** Asked anew each time; data have a place of their own on the device. */
const NOT_KEPT = /\/(web\/dataset|websocket|longpolling|hw_proxy)/;

/** The till's page, and the addresses on this server from which it has loaded something. */
function loadedUntilNow(till) {
    const { origin } = browser.location;
    const urls = browser.performance.getEntriesByType("resource").map(({ name }) => name);
    const here = urls.filter((url) => url.startsWith(origin) && !NOT_KEPT.test(url));
    return [...new Set([`${origin}/pos/ui/${till.id}`, ...here])];
}

/**
 * The first time that a device opens a till, its service worker starts when all is loaded already
 * and keeps nothing of it but Odoo's programs. It is told to keep the rest, too: a till that loses
 * its network on the first day can be loaded anew.
 */
patch(PosStore.prototype, {
    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        this.traceKeepFirstLoad();
        return result;
    },

    async traceKeepFirstLoad() {
        const workers = browser.navigator.serviceWorker;
        if (!workers || workers.controller) {
            return;
        }
        const { active } = await workers.ready;
        active.postMessage({ urlsToCache: loadedUntilNow(this.config) });
    },
});
