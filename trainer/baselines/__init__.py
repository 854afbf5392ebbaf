"""GANs in pixel space, as tutorials and papers have them, to compare Tilewright with: they give no model."""
