// The part of a picture that is seen: screen = picture * k + (x, y). Needs nothing of Odoo.

export const NEAREST = 2.5;
export const FARTHEST = 0.04;
/** Below this words cannot be read. */
export const READABLE = 0.4;

const clamp = (k) => Math.min(NEAREST, Math.max(FARTHEST, k));

/** The view in which all of `bounds` is seen, not enlarged. */
export function fit(bounds, size, margin = 24) {
    const k = clamp(
        Math.min(
            1,
            (size.width - 2 * margin) / bounds.width,
            (size.height - 2 * margin) / bounds.height,
        ),
    );
    return centred(bounds, size, k);
}

/**
 * The view of this scale in whose middle `bounds` is: a little above it where there is room, for
 * what is unfolded grows downwards.
 */
export function centred(bounds, size, k) {
    const room = Math.max(0, size.height - bounds.height * k);
    return {
        k,
        x: size.width / 2 - (bounds.x + bounds.width / 2) * k,
        y: size.height / 2 - (bounds.y + bounds.height / 2) * k - room / 6,
    };
}

/** Nearer or farther; what is at (x, y) of the screen stays there. */
export function zoomed(view, factor, x, y) {
    const k = clamp(view.k * factor);
    const by = k / view.k;
    return { k, x: x - (x - view.x) * by, y: y - (y - view.y) * by };
}

/** What of the picture is on the screen, and `margin` screens around it. */
export function seen(view, size, margin = 0) {
    const [dx, dy] = [size.width * margin, size.height * margin];
    return {
        left: (-dx - view.x) / view.k,
        top: (-dy - view.y) / view.k,
        right: (size.width + dx - view.x) / view.k,
        bottom: (size.height + dy - view.y) / view.k,
    };
}

/** Whether a view lies within what was drawn for another. */
export function covers(drawn, now) {
    return (
        drawn.left <= now.left &&
        drawn.top <= now.top &&
        drawn.right >= now.right &&
        drawn.bottom >= now.bottom
    );
}

/** Boxes that are in sight. */
export function boxesIn(boxes, area) {
    return boxes.filter(
        ({ x, y, width, height }) =>
            x <= area.right && x + width >= area.left && y <= area.bottom && y + height >= area.top,
    );
}

/**
 * Links that may be in sight: those whose ends span it. Of too many those that begin or end in
 * sight stay, then the first of them: more lines than that are a grey field.
 */
export function linksIn(links, area, most = Infinity) {
    const spanning = links.filter(
        ({ x1, y1, x2, y2 }) =>
            Math.min(x1, x2) <= area.right &&
            Math.max(x1, x2) >= area.left &&
            Math.min(y1, y2) <= area.bottom &&
            Math.max(y1, y2) >= area.top,
    );
    if (spanning.length <= most) {
        return spanning;
    }
    const inside = (x, y) => x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
    const near = spanning.filter(({ x1, y1, x2, y2 }) => inside(x1, y1) || inside(x2, y2));
    return near.slice(0, most);
}

/** The least movement after which `box` is in sight, with a margin. */
export function showing(view, box, size, margin = 40) {
    const left = box.x * view.k + view.x;
    const top = box.y * view.k + view.y;
    const [right, bottom] = [left + box.width * view.k, top + box.height * view.k];
    const dx = into(left, right, size.width, margin);
    const dy = into(top, bottom, size.height, margin);
    return { ...view, x: view.x + dx, y: view.y + dy };
}

function into(low, high, size, margin) {
    if (low < margin) {
        return margin - low;
    }
    return high > size - margin ? Math.max(size - margin - high, margin - low) : 0;
}

/** The box at a point of the picture, or none. */
export function boxAt(boxes, x, y) {
    return boxes.find(
        (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height,
    );
}

/**
 * The box to go to with an arrow key: sideways to what is joined, nearest by height; up and down
 * within the column.
 *
 * @param {"ArrowLeft"|"ArrowRight"|"ArrowUp"|"ArrowDown"} key
 */
export function neighbour(boxes, links, from, key) {
    if (key === "ArrowUp" || key === "ArrowDown") {
        const sign = key === "ArrowDown" ? 1 : -1;
        const column = boxes.filter((box) => box.column === from.column);
        return nearest(
            column.filter((box) => sign * (box.y - from.y) > 0),
            from,
        );
    }
    const [here, there] = key === "ArrowRight" ? ["from", "to"] : ["to", "from"];
    const joined = new Set(links.filter((link) => link[here] === from.key).map((l) => l[there]));
    return nearest(
        boxes.filter((box) => joined.has(box.key)),
        from,
    );
}

function nearest(boxes, from) {
    const away = (box) => Math.abs(box.y + box.height / 2 - from.y - from.height / 2);
    return boxes.reduce((best, box) => (best && away(best) <= away(box) ? best : box), undefined);
}
