"""What the walk over lots reached, put into levels for people to read."""

from collections import defaultdict, deque


def levels(edges, starts):
    """Return how many operations away each reached lot is.

    :param edges: rows ``(direction, from lot, operation, operation id, to lot, reference)``,
        direction ``forward`` or ``backward``, as ``trace.edge._walk`` gives them
    :param starts: ids of the lots asked about
    :return: ``(backward, forward)``: dicts lot id -> distance, without the starts
    """
    return tuple(_distances(edges, starts, way) for way in ("backward", "forward"))


def _distances(edges, starts, way):
    following = defaultdict(set)
    for direction, source, _operation, _operation_id, target, _reference in edges:
        if direction == way:
            following[source].add(target)
    distance = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        lot = waiting.popleft()
        for target in following[lot]:
            if target not in distance:
                distance[target] = distance[lot] + 1
                waiting.append(target)
    return {lot: steps for lot, steps in distance.items() if steps}


def nearest(starts, back, forth):
    """Give each reached lot its one place in a picture: level and direction of the shorter way.

    :param starts: ids of the lots asked about
    :param back: dict lot id -> distance of what they were made of
    :param forth: dict lot id -> distance of what became of them
    :return: dict lot id -> signed level, the nearest first

    >>> nearest([1], {2: 1, 3: 2}, {3: 1, 4: 1})
    {1: 0, 2: -1, 3: 1, 4: 1}
    """
    levels = {**{lot: -steps for lot, steps in back.items()}, **dict.fromkeys(starts, 0)}
    for lot, steps in forth.items():
        if lot not in levels or steps < -levels[lot]:
            levels[lot] = steps
    order = sorted(levels, key=lambda lot: (abs(levels[lot]), levels[lot]))
    return {lot: levels[lot] for lot in order}
