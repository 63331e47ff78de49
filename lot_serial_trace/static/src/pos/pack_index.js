/**
 * Captured numbers by what they are: a till may have thousands on its orders, and each scan asks
 * who else has this one.
 *
 * Only what is certain is kept: that a record has, or had, a number. Whether it still has is
 * looked up, so that nothing must be told when one goes.
 */
export class PackIndex {
    /** @param {Object} packs the till's model of captured numbers */
    constructor(packs) {
        this.packs = packs;
        this.uuids = new Map();
        packs.getAll().forEach((pack) => this.add(pack));
        packs.addEventListener("create", ({ ids }) => ids.forEach((id) => this.add(packs.get(id))));
        packs.addEventListener("update", ({ id }) => this.add(packs.get(id)));
    }

    add(pack) {
        if (!pack?.uuid || !pack.lot_name) {
            return;
        }
        const known = this.uuids.get(pack.lot_name);
        if (known) {
            known.add(pack.uuid);
        } else {
            this.uuids.set(pack.lot_name, new Set([pack.uuid]));
        }
    }

    /** The records that have a number. */
    find(number) {
        return [...(this.uuids.get(number) || [])]
            .map((uuid) => this.packs.getBy("uuid", uuid))
            .filter((pack) => pack?.lot_name === number);
    }
}
