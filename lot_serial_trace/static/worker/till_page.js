// Put before the service worker of Odoo's till, see controllers/till_worker.py.

(() => {
    const CACHE = "lot-serial-trace-till";

    /** The till's page: the same for every order and screen that the address names. */
    const shellOf = (url) => url.pathname.match(/^\/pos\/ui\/\d+/)?.[0];

    async function fetchPage(request, shell) {
        const cache = await caches.open(CACHE);
        try {
            const response = await fetch(request);
            if (response.ok && !response.redirected) {
                await cache.put(shell, response.clone()).catch(() => {});
            }
            return response;
        } catch (error) {
            const kept = (await cache.match(shell)) || (await caches.match(shell));
            if (!kept) {
                throw error;
            }
            return kept;
        }
    }

    self.addEventListener("fetch", (event) => {
        const shell = shellOf(new URL(event.request.url));
        if (event.request.mode === "navigate" && event.request.method === "GET" && shell) {
            event.respondWith(fetchPage(event.request, shell));
            event.stopImmediatePropagation();
        }
    });
})();
