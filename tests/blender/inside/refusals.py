"""Operators that must refuse."""

import bpy


def refused(operator, told, **options):
    """It ends with one line that says so, and makes no image."""
    before = len(bpy.data.images)
    try:
        operator(**options)
    except RuntimeError as reason:
        assert told in str(reason) and len(str(reason).strip().splitlines()) == 1, reason
    else:
        raise AssertionError(f"it did not refuse: {told}")
    assert len(bpy.data.images) == before
