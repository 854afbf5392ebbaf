"""Learning a model in a Python outside Blender."""
