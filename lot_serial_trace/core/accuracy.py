"""How right the books are: what was counted beside what should have been there.

Three definitions are published and are not the same figure; they stand side by side:

* **quantity** (absolute variance): 1 - sum of |counted - books| / sum of what the books said, not
  below 0. Too much here does not make up for too little there. Books below zero count as zero.
* **location**: places where everything counted was as the books said / places counted.
* **lot identity**: numbers that were where the books said, or that the books had nowhere and
  nobody found / numbers counted. How many there were of a lot is not asked here.

What the books do not know and somebody finds is wrong in each of them.
"""


def quantity_accuracy(pairs):
    """Quantity accuracy of counted things.

    :param pairs: ``(theory, counted)``
    :return: fraction between 0 and 1; None if nothing was counted
    """
    pairs = list(pairs)
    if not pairs:
        return None
    wrong = sum(abs(counted - theory) for theory, counted in pairs)
    expected = sum(max(theory, 0.0) for theory, _counted in pairs)
    if not expected:
        return 0.0 if wrong else 1.0
    return max(0.0, 1.0 - wrong / expected)


def share(answers):
    """Share of the answers that are true; None ones are not asked about.

    :return: fraction, None if nothing was asked
    """
    asked = [answer for answer in answers if answer is not None]
    return sum(map(bool, asked)) / len(asked) if asked else None


def identity_right(tracked, known, theory, counted):
    """Whether a number is where the books say.

    :param tracked: the product has lots or serial numbers
    :param known: there is a number, and the books know it
    :param theory: quantity by the books, rounded
    :param counted: quantity found, rounded
    :return: None for goods without numbers
    """
    if not tracked:
        return None
    if not known:
        return not (theory or counted)
    return (theory > 0) == (counted > 0)
