"""Texture synthesis with a learned model: NumPy, onnxruntime in `session.py` and images in `image_files.py` alone."""
