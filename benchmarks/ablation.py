"""Fits of Tilewright that lack one of its parts, to show what the part is worth.

    python -m benchmarks.ablation PART EXEMPLAR [options of trainer.fit]

`python -m benchmarks.quality --methods tilewright no_base ...` compares them.
"""

from __future__ import annotations

import dataclasses
import sys

from trainer.config import FitConfig
from trainer.fit import main

_DEFAULTS = FitConfig()

PARTS: dict[str, tuple[str, dict[str, object]]] = {  # by method: what the tables say, and what differs of the FitConfig
    "no_base": ("from scratch", {"from_base": False}),
    "no_guide": ("from scratch, without guides", {"guided_share": 0.0}),  # only guided fits have the base
    "no_order": ("without order", {"ordered": False}),
    "no_lattice": ("with waves, and nothing asked of what repeats", {"lattice_weight": 0.0}),
    "no_distance": ("without the distance", {"texture_weight": 0.0}),
    "no_grid": ("without regard to its grids", {"grid_weight": 0.0}),
    "no_discriminator": ("without the discriminator", {"adversarial_weight": 0.0}),
    "no_tone": ("without tone", {"toned": False}),
    "no_coarse": ("at full size only", {"stages": (dataclasses.replace(_DEFAULTS.stages[-1], share=1.0),)}),
}


def lacking(part: str) -> FitConfig:
    return dataclasses.replace(_DEFAULTS, **PARTS[part][1])  # type: ignore[arg-type]


if __name__ == "__main__":
    if sys.argv[1:2] == [] or sys.argv[1] not in PARTS:
        sys.exit(f"ablation: give one of {', '.join(PARTS)}, then what trainer.fit takes")
    sys.exit(main(sys.argv[2:], lacking(sys.argv[1])))
