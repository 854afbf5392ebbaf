"""A texture tells how it was made: made again at another size, it keeps its elements and its place on the object."""

import importlib
import sys
from pathlib import Path

import bpy
import numpy as np

sys.path.append(str(Path(__file__).parent))
from refusals import refused
from texturing import (
    EXTENSION,
    choose,
    copy,
    entries,
    equal,
    expected,
    folder,
    generate,
    latents,
    model_file,
    nodes,
    ours,
    pixels,
)

recall, models, model_files = (
    importlib.import_module(f"{EXTENSION}.{name}")
    for name in ("addon.memory.recall", "addon.models", "synthesis.model_file")
)
blend = Path(folder) / "kept.blend"


def looked_up(image, u, v):
    """What the object shows at UV (u, v), by the nearest pixel."""
    mapping = nodes()["mapping"]
    scale, shift = mapping.inputs["Scale"].default_value, mapping.inputs["Location"].default_value
    width, height = image.size
    columns = np.floor((u * scale[0] + shift[0]) % 1 * width).astype(int) % width
    rows = np.floor((1 - v * scale[1] - shift[1]) % 1 * height).astype(int) % height
    return pixels(image)[rows, columns]


def check_regenerate():
    latent = latents.Latent(5, 6, 0.5)
    choose(5, 448, 384, blend=0.5, other_seed=6)
    bpy.ops.mesh.primitive_plane_add()
    assert not ours.regenerate.poll(), "there is no texture yet"
    generate()
    small = nodes()["base_color"].image
    choose(1, 896, 768)
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    count, small = len(nodes()), nodes()["base_color"].image
    first = pixels(small)
    margin = max(level.cell_px * (level.margin_cells + 1) for level in model_files.read_info(Path(model_file)).levels)
    across, down = (
        np.random.default_rng(0).uniform(margin, side - margin, 500) / 448 for side in (448, 384)
    )  # below and right of where the smaller texture wraps
    seen = looked_up(small, across, 1 - down)
    scale, location = (tuple(nodes()["mapping"].inputs[name].default_value) for name in ("Scale", "Location"))
    assert np.allclose(scale, (1, 448 / 384, 1)), "the longer side covers the square of the UV map, undistorted"
    assert ours.regenerate(size="SET") == {"FINISHED"}
    large = nodes()["base_color"].image
    assert equal(large, expected(latent, 768, 896)) and len(nodes()) == count
    assert np.array_equal(looked_up(large, across, 1 - down), seen), "the same elements at the same places"
    assert np.allclose(nodes()["mapping"].inputs["Scale"].default_value, (0.5, 0.5 * scale[1], 1))
    assert large["tilewright_size"] == "896x768" and large["tilewright_seed"] == 5 and large["tilewright_blend"] == 0.5
    assert nodes()["height"].image["tilewright_size"] == "896x768"
    newest = entries()[0].recipe()
    assert (newest.width, newest.height, newest.latent) == (896, 768, latent), "the history tells of it too"
    choose(1, 448, 384)
    assert ours.regenerate(size="SET") == {"FINISHED"}
    assert np.array_equal(pixels(nodes()["base_color"].image), first), "and back again"
    assert np.allclose(nodes()["mapping"].inputs["Scale"].default_value, scale, atol=1e-6)
    assert np.allclose(nodes()["mapping"].inputs["Location"].default_value, location, atol=1e-6)
    assert ours.regenerate(size="1024") == {"FINISHED"}
    assert tuple(nodes()["base_color"].image.size) == (1024, 864), "the shape stays, as near as sizes allow"


def check_scale_as_set():
    """A new texture lies as the artist has set it, and its pixels are as large whatever its size."""
    mapping, high = nodes()["mapping"], 448 / 384
    scale, location = mapping.inputs["Scale"].default_value, mapping.inputs["Location"].default_value
    choose(2, 448, 384)
    generate()
    assert np.allclose(scale, (1, high, 1), atol=1e-6) and np.allclose(location, (0, 1 - high, 0), atol=1e-6)
    assert ours.regenerate(size="1024") == {"FINISHED"} and scale[0] < 0.5
    scale[0] *= 3  # by the artist's own hand
    generate()
    assert np.allclose(scale, (3, high, 1), atol=1e-6) and np.allclose(location, (0, 1 - high, 0), atol=1e-6)
    generate()
    assert np.allclose(scale, (3, high, 1), atol=1e-6), tuple(scale)
    choose(2, 896, 768)
    generate()
    assert np.allclose(scale, (1.5, high / 2, 1), atol=1e-6), tuple(scale)


def check_other_models():
    content = copy.read_bytes()
    choose(1, 64, 64)
    copy.write_bytes(content.replace(b'"nobody"', b'"nobOdy"'))  # its info tells another author, nothing else
    assert recall.find_model(bpy.context, recall.noted(bpy.context)) == (copy, "")
    made = entries()[0].recipe()
    assert "learned anew" in recall.find_model(bpy.context, made)[1]
    assert ours.regenerate(size="SET") == {"FINISHED"}
    copy.rename(copy.with_suffix(".gone"))
    before = nodes()["base_color"].image
    refused(ours.regenerate, "there is no model 'random' here", size="SET")
    assert nodes()["base_color"].image == before
    copy.with_suffix(".gone").rename(copy)
    before["tilewright_job"] = "filled"
    assert not ours.regenerate.poll(), "what was made from a picture has no size to choose"
    copy.write_bytes(content)


bpy.ops.wm.read_homefile(app_template="")
check_regenerate()
check_scale_as_set()
check_other_models()
print("regenerate: all fine")
