"""Behaves like the trainer as seen from outside, without learning: writes its files, obeys RUN/stop, needs no torch.

The exemplar's name tells what happens: `small` is refused, `broken` is a bug, all others take a second for each minute
of the budget, and `deaf` does so whatever it is asked; then the model is a copy of one that is shipped, but of
`unreadable` an empty file. As long as there is a file RUN/hold, it makes no model.
"""

import json
import shutil
import sys
import time
from pathlib import Path

TICK_SECONDS = 0.05
exemplar, run = Path(sys.argv[1]), Path(sys.argv[sys.argv.index("--out") + 1])
budget = next(word.removeprefix("--budget=") for word in sys.argv if word.startswith("--budget="))
seconds = float(budget[:-1]) / (60 if budget.endswith("s") else 1)
(run / "called.json").write_text(json.dumps(sys.argv[1:]))
if exemplar.stem == "small":
    sys.exit(f"fit: {exemplar} is 10 x 10 px: at least 128 px on each side are needed to learn")
if exemplar.stem == "broken":
    raise ModuleNotFoundError("No module named 'torch'")
picture = next(exemplar.iterdir()) if exemplar.is_dir() else exemplar
checkpoint = run / "checkpoint.pt"
learned = float(checkpoint.read_text()) if "--resume" in sys.argv else 0.0
step = 0
while learned < seconds and (exemplar.stem == "deaf" or not (run / "stop").exists()):
    time.sleep(TICK_SECONDS)
    learned, step = min(seconds, learned + TICK_SECONDS), step + 1
    shutil.copyfile(picture, run / "preview.png")
    line = {"step": step, "seconds": learned, "progress": learned / seconds, "seconds_left": seconds - learned}
    with (run / "stats.jsonl").open("a") as stats:
        stats.write(json.dumps(line) + "\n")
(run / "stop").unlink(missing_ok=True)
checkpoint.write_text(str(learned))
time.sleep(4 * TICK_SECONDS)
while (run / "hold").exists():
    time.sleep(TICK_SECONDS)
model = next(Path(__file__).parents[3].glob("models/*.onnx"))
(run / "model.onnx").write_bytes(b"" if exemplar.stem == "unreadable" else model.read_bytes())
