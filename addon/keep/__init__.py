"""Keeping materials: assets, and maps for game engines."""
