"""How large a UV map's square is on the object; knows nothing of Blender."""

from __future__ import annotations

import numpy as np


def uv_size(corners: np.ndarray, uvs: np.ndarray) -> tuple[float, float] | None:
    """Metres per UV unit along u and along v, or None where the UV map covers nothing.

    corners: (triangles, 3, 3) positions in metres; uvs: (triangles, 3, 2). Means over the surface, so that large
    faces count most.
    """
    edges = corners[:, 1:] - corners[:, :1]  # (n, 2, 3)
    moves = uvs[:, 1:] - uvs[:, :1]  # (n, 2, 2)
    areas = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)
    covered = np.abs(np.linalg.det(moves)) > 1e-12
    if not (areas[covered] > 0).any():
        return None
    along = np.linalg.inv(moves[covered]) @ edges[covered]  # (n, 2, 3): how the position moves with u and v
    u, v = np.average(np.linalg.norm(along, axis=2), axis=0, weights=areas[covered])
    return float(u), float(v)
