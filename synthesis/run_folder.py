"""The files of a fit's folder, RUN: the trainer writes them, whoever watches a fit or uses its model reads them."""

from __future__ import annotations

MODEL = "model.onnx"
CHECKPOINT = "checkpoint.pt"  # what a fit that was stopped goes on with
PREVIEW = "preview.png"  # exemplar and texture, as they are now
STATS = "stats.jsonl"  # one JSON object a line
STOP = "stop"  # made by whoever asks the fit to stop
