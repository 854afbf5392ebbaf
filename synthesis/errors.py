"""What can go wrong by what was given."""


class TextureError(Exception):
    """One line for an artist: what was given, what is allowed, what to do."""
