"""What the walk over lots reached, put into one picture for people to read."""


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
