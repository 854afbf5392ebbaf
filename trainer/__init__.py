"""Learning a texture from one exemplar, with PyTorch."""

import time

STARTED = time.time()  # when this program began, before it imports PyTorch, which takes seconds
__version__ = "0.1.0"
