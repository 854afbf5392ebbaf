"""Stands where the exporter is looked for."""
