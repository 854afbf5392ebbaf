"""Operators that must refuse."""


def refused(operator, told, **options):
    """It ends with an error that says so."""
    try:
        operator(**options)
    except RuntimeError as reason:
        assert told in str(reason), reason
    else:
        raise AssertionError(told)
