"""From a checkpoint to a model file."""
