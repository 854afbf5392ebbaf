"""Surfaces larger than one texture: UDIM tiles and variations."""
