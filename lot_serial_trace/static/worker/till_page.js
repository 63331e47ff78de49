// Put before the service worker of Odoo's till, see controllers/till_worker.py.

(() => {
    const CACHE = "lot-serial-trace-till";

    /** The till's page: the same for every order and screen that the address names. */
    const shellOf = (url) => url.pathname.match(/^\/pos\/ui\/\d+/)?.[0];
    /** Asked for with a fingerprint of those that are there: the kept ones will do, too. */
    const TRANSLATIONS = "/web/webclient/translations";

    /** What a request stands for under all its addresses, nothing for others. */
    const thingOf = ({ mode, method, url }) => {
        const address = new URL(url);
        if (method === "GET" && address.pathname === TRANSLATIONS) {
            return TRANSLATIONS;
        }
        return method === "GET" && mode === "navigate" ? shellOf(address) : undefined;
    };

    async function fetchOrKept(request, thing) {
        const cache = await caches.open(CACHE);
        try {
            const response = await fetch(request);
            if (response.ok && !response.redirected) {
                await cache.put(thing, response.clone()).catch(() => {});
            }
            return response;
        } catch (error) {
            const anyAddress = { ignoreSearch: true };
            const kept = (await cache.match(thing)) || (await caches.match(thing, anyAddress));
            if (!kept) {
                throw error;
            }
            return kept;
        }
    }

    self.addEventListener("fetch", (event) => {
        const thing = thingOf(event.request);
        if (thing) {
            event.respondWith(fetchOrKept(event.request, thing));
            event.stopImmediatePropagation();
        }
    });
})();
