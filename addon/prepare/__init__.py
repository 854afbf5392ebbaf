"""Preparing a photo: straightened, cropped and evenly lit."""
