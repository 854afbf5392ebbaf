"""Textures that remember how they were made: history, presets, and the same again at another size."""
