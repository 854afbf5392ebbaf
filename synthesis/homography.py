"""The plane projective map between a rectangle and how a camera saw it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = Sequence[tuple[float, float]]

_UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_FOCAL_RANGE = (0.5, 4.0)  # of the picture's longer side: from a wide angle to a long lens
_USUAL_FOCAL = 1.0  # a 35 mm lens on film of 36 mm, where the corners don't tell


def homography(points: Points, images: Points) -> NDArray[np.float64]:
    """The (3, 3) matrix that takes four points, (x, y), to their images; no three of them on a line."""
    equations = []
    for (x, y), (u, v) in zip(points, images, strict=True):
        equations.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        equations.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(equations, float), np.array(images, float).ravel())
    return np.append(solved, 1.0).reshape(3, 3)


def mapped(
    matrix: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the points (x, y) go; the arrays may broadcast."""
    u, v, depth = (row[0] * x + row[1] * y + row[2] for row in matrix)
    return u / depth, v / depth


def slopes(
    matrix: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """((du/dx, du/dy), (dv/dx, dv/dy)) of the map at the points (x, y)."""
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    images = mapped(matrix, x, y)
    return tuple(
        ((row[0] - image * matrix[2, 0]) / depth, (row[1] - image * matrix[2, 1]) / depth)
        for row, image in zip(matrix, images, strict=False)
    )


def rectangle_size(corners: Points, picture_size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) in pixels of the rectangle that a camera saw with these corners, clockwise from the top left.

    It has as many pixels as the corners enclose, so that on average nothing is enlarged.
    """
    pixels, aspect = area(corners), _aspect(corners, picture_size)
    return max(1, round((pixels / aspect) ** 0.5)), max(1, round((pixels * aspect) ** 0.5))


def area(corners: Points) -> float:
    """Of the polygon, above 0 where its corners go clockwise as seen, y pointing down."""
    x, y = np.array(corners, float).T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)


def _aspect(corners: Points, picture_size: tuple[int, int]) -> float:
    """Width by height of the rectangle, seen by a camera with square pixels that looks through the picture's middle.

    Source: Zhang and He 2007, "Whiteboard scanning and image enhancement", doi:10.1016/j.dsp.2006.05.006, equations
    11 to 20; where the corners don't tell the focal length (edges are parallel), ours takes a usual one.
    """
    height, width = picture_size
    centred = [(x - width / 2, y - height / 2) for x, y in corners]
    across, down = homography(_UNIT_SQUARE, centred)[:, :2].T
    longer, vanishing = max(picture_size), across[2] * down[2]
    focal_squared = -(across[:2] @ down[:2]) / vanishing if vanishing else 0.0
    shortest, longest = ((longer * factor) ** 2 for factor in _FOCAL_RANGE)
    if not shortest <= focal_squared <= longest:
        focal_squared = (longer * _USUAL_FOCAL) ** 2
    sides = [side[:2] @ side[:2] + focal_squared * side[2] ** 2 for side in (across, down)]
    return float((sides[0] / sides[1]) ** 0.5)
