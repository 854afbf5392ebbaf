"""Tilewright, as a Blender extension. The code lies in `addon/` and `synthesis/`."""


def register() -> None:
    from . import addon

    addon.register()


def unregister() -> None:
    from . import addon

    addon.unregister()
