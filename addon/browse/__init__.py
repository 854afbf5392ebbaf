"""Thumbnails of seeds, to choose from."""
