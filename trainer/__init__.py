"""Learning a texture from one exemplar, with PyTorch."""

__version__ = "0.1.0"
