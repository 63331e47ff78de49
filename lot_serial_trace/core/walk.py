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
