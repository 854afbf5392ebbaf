"""Texture synthesis with a learned model: NumPy, and onnxruntime in `session.py` alone."""
