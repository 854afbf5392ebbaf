"""Model files are untrusted: whatever is wrong with one is a clear line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from synthesis import model_file
from synthesis.bands import band_powers
from synthesis.errors import TextureError
from synthesis.info import METADATA_KEY, ModelInfo
from synthesis.maps import MAP_KINDS
from synthesis.model_file import read_info, read_model_file
from synthesis.session import open_model
from synthesis.spectrum import powers, spectra

EXEMPLAR = {"name": "a", "size_px": [96, 128], "author": "", "license": "", "source": "", "width_m": 0.5}
PREPARATION = {"corners": None, "crop": None, "even_light": 0.0, "scale": None}


def _info(path: Path) -> dict:
    return json.loads(onnx.load(path).metadata_props[0].value)


def _with_info(path: Path, info: object, to: Path) -> Path:
    model = onnx.load(path)
    model.metadata_props[0].value = info if isinstance(info, str) else json.dumps(info)
    onnx.save(model, to)
    return to


def _levels(*cells_px: int) -> list[dict]:
    return [{"cell_px": cell_px, "channels": 1, "margin_cells": 4} for cell_px in cells_px]


def test_info_survives_the_file(model_path: Path) -> None:
    info = read_info(model_path)
    assert info == ModelInfo.from_json(info.to_json())
    assert info.maps == ("base_color", "normal", "height") and info.size_multiple_px == 32 and info.channels == 7
    assert model_path.stat().st_size < 2.5e6


def test_best_seeds_are_kept_and_may_be_absent(model_path: Path, tmp_path: Path) -> None:
    stored = _info(model_path)
    ranked = read_info(_with_info(model_path, stored | {"best_seeds": [9, 0, 2**31 - 1]}, tmp_path / "ranked.onnx"))
    assert ranked.best_seeds == (9, 0, 2**31 - 1) and ranked.first_seed == 9
    assert ModelInfo.from_json(ranked.to_json()) == ranked
    del stored["best_seeds"]  # as in models of this schema that were made before
    older = read_info(_with_info(model_path, stored, tmp_path / "older.onnx"))
    assert older.best_seeds == () and older.first_seed == 0


def test_spectra_are_kept_and_may_be_absent(model_path: Path, tmp_path: Path) -> None:
    stored, pixels = _info(model_path), np.random.default_rng(0).random((32, 48, 7), np.float32)
    maps = tuple(stored["maps"])
    measured = read_info(_with_info(model_path, stored | {"spectra": spectra(maps, pixels)}, tmp_path / "m.onnx"))
    assert [len(one) for one in measured.spectra] == [3, 3, 1]
    assert ModelInfo.from_json(measured.to_json()) == measured
    for told, truth in zip(map(powers, measured.spectra), np.split(pixels, [3, 6], axis=2), strict=True):
        assert np.allclose(told, band_powers(truth), rtol=0.012)
    del stored["spectra"]  # as in models of this schema that were made before
    assert read_info(_with_info(model_path, stored, tmp_path / "older.onnx")).spectra == ()


@pytest.mark.parametrize("garbled", [60.5, -100.5])
def test_spectra_out_of_range_are_told_the_range(model_path: Path, tmp_path: Path, garbled: float) -> None:
    stored = _info(model_path)
    told = [[[-100.0, 60.0] * 128] * MAP_KINDS[name].channels for name in stored["maps"]]
    assert len(read_info(_with_info(model_path, stored | {"spectra": told}, tmp_path / "m.onnx")).spectra) == 3
    told[1] = [[0.0] * 255 + [garbled]] * 3
    with pytest.raises(TextureError, match=f"hold {garbled:g} dB; allowed is -100 to 60"):
        read_info(_with_info(model_path, stored | {"spectra": told}, tmp_path / "garbled.onnx"))


def test_spectra_of_a_flat_map_are_finite() -> None:
    flat = np.zeros((16, 40, 3), np.float32)
    assert {one for axis in spectra(("base_color",), flat)[0] for one in axis} == {-100.0}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_file(model_path: Path, tmp_path: Path, part: float) -> None:
    content = model_path.read_bytes()
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(TextureError, match="cut off|not a Tilewright model"):
        open_model(cut, "cpu")


def test_no_onnx_at_all(tmp_path: Path) -> None:
    for content in (b"", b"hello, I am a text\n" * 9, b"\x89PNG\r\n\x1a\n" + bytes(99)):
        file = tmp_path / "no.onnx"
        file.write_bytes(content)
        with pytest.raises(TextureError, match="cut off or no ONNX|not a Tilewright model"):
            open_model(file, "cpu")


def test_another_onnx_file(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "other", [value],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])  # fmt: skip
    onnx.save(helper.make_model(graph), tmp_path / "other.onnx")
    with pytest.raises(TextureError, match="not a Tilewright model"):
        open_model(tmp_path / "other.onnx", "cpu")


def test_what_is_no_model_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, looks = tmp_path / "broken.onnx", []
    broken.write_bytes(b"no model")
    read = model_file._content
    monkeypatch.setattr(model_file, "_content", lambda path: looks.append(path) or read(path))
    for _ in range(2):
        with pytest.raises(TextureError, match="cut off or no ONNX file"):
            read_info(broken)
    assert looks == [broken]
    broken.write_bytes(b"another one that is no model")
    with pytest.raises(TextureError):
        read_info(broken)
    assert len(looks) == 2, "a file that has changed is looked at again"


@pytest.mark.parametrize("schema", [3, 1, "2", None])
def test_an_unknown_schema(model_path: Path, tmp_path: Path, schema: object) -> None:
    path = _with_info(model_path, _info(model_path) | {"schema": schema}, tmp_path / "m.onnx")
    with pytest.raises(TextureError, match="schema"):
        open_model(path, "cpu")


@pytest.mark.parametrize(
    "change, told",
    [
        ({"maps": ["base_color", "taste"]}, "the model's maps are"),
        ({"maps": []}, "the model's maps are"),
        ({"levels": []}, "cell sizes are"),
        ({"levels": [{"cell_px": 32, "channels": 10**9, "margin_cells": 4}]}, "channels are 1000000000"),
        ({"levels": [{"cell_px": 2**40, "channels": 1, "margin_cells": 4}]}, "cell sizes are"),
        ({"levels": [{"cell_px": 32, "channels": 16, "margin_cells": -4}]}, "margins are .-4"),
        ({"levels": _levels(32, 8)}, "cell sizes are"),
        ({"levels": _levels(8, 4, 2)}, "cell sizes are"),
        ({"levels": _levels(48, 24, 12, 6, 3)}, "cell sizes are"),
        ({"levels": _levels(3, 1)}, "cell sizes are"),
        ({"levels": _levels(128, 64, 32, 16, 8, 4, 2)}, "cell sizes are .*; allowed is 16, 32 or 64 px"),
        ({"levels": [*_levels(32), {"cell_px": 16, "channels": 1, "margin_cells": 3}]}, "margins are .4, 3"),
        ({"levels": [{"cell_px": "32", "channels": 16, "margin_cells": 4}]}, "'32', which should be int"),
        ({"name": 7}, "7, which should be str"),
        ({"best_seeds": [3, 3]}, "best seeds are"),
        ({"best_seeds": [-1]}, "best seeds are"),
        ({"best_seeds": [2**31]}, "best seeds are"),
        ({"best_seeds": [1.5]}, "1.5, which should be int"),
        ({"best_seeds": [True]}, "should be int"),
        ({"best_seeds": 7}, "'int' object is not iterable"),
        ({"best_seeds": list(range(65))}, "best seeds are"),
        ({"spectra": 7}, "'int' object is not iterable"),
        ({"spectra": [[[0.0] * 256] * 3]}, "spectra have"),
        ({"spectra": [[[0.0] * 256] * 3, [[0.0] * 256] * 3, [[0.0] * 255]]}, "spectra have .*255"),
        ({"spectra": [[[0.0] * 256] * 3, [[0.0] * 256] * 3, [[61.0] * 256]]}, "spectra hold 61 dB"),
        ({"spectra": [[[0.0] * 256] * 3, [[0.0] * 256] * 3, [[float("nan")] * 256]]}, "garbles nan"),
        ({"spectra": [[[0.0] * 256] * 3, [[0.0] * 256] * 3, [["loud"] * 256]]}, "'loud'"),
        ({"guide": {"palette": []}}, "palette are"),
        ({"guide": {"palette": [[0.0, float("nan"), 1.0]]}}, "garbles nan"),
        ({"guide": {"palette": [[0.0, 0.5, 1.0], [0.0, 7.5, 1.0]]}}, r"palette are \[7.5\]; allowed"),
        ({"guide": {"palette": [["0.5", 0.5, 1.0]]}}, "garbles '0.5', which should be a number"),
        ({"regularity": None}, "garbles regularity"),
        ({"regularity": []}, "garbles regularity"),
        ({"regularity": {"waves": [[0, 0]]}}, "garbles regularity"),
        ({"regularity": {"waves": [[1e-310, 0]]}}, "garbles regularity"),
        ({"regularity": {"waves": [[float("nan"), 0.1]]}}, "garbles nan, which should be a number"),
        ({"regularity": {"waves": [[10**400, 0]]}}, "int too large"),
        ({"regularity": {"waves": [["0.1", "0"]]}}, "garbles '0.1', which should be a number"),
        ({"regularity": {"waves": [[0.1, 0]] * 3}}, "garbles regularity"),
        ({"regularity": {"lines": ["rows"] * 1000}}, "garbles regularity"),
        ({"regularity": {"lines": ["aslant"]}}, "garbles regularity"),
        ({"exemplar": None}, "NoneType"),
        ({"exemplar": EXEMPLAR | {"size_px": [0, 0]}}, r"exemplar's sides are \(0, 0\)"),
        ({"exemplar": EXEMPLAR | {"size_px": [96, -128]}}, r"exemplar's sides are \(96, -128\)"),
        ({"exemplar": EXEMPLAR | {"size_px": [96, 10**400]}}, "exemplar's sides are"),
        ({"exemplar": EXEMPLAR | {"width_m": "0.5"}}, "garbles '0.5', which should be a number"),
        ({"exemplar": EXEMPLAR | {"width_m": float("inf")}}, "garbles inf"),
        ({"exemplar": EXEMPLAR | {"preparation": PREPARATION | {"crop": [0, 0, 99.5, 99]}}}, "99.5, which should be"),
        ({"exemplar": EXEMPLAR | {"preparation": PREPARATION | {"scale": True}}}, "garbles True"),
        ({"training": {}}, "garbles 'steps'"),
        (
            {"controls": [{"name": "a", "shifts": [[0.0]], "log_gains": [[0.0]]}]},
            "changes by 'a'",
        ),
    ],
)
def test_garbled_info(model_path: Path, tmp_path: Path, change: dict, told: str) -> None:
    """Without controls, which would not fit other levels."""
    sound = _info(model_path) | {"controls": []}
    assert read_info(_with_info(model_path, sound, tmp_path / "sound.onnx")).controls == ()
    path = _with_info(model_path, sound | change, tmp_path / "m.onnx")
    with pytest.raises(TextureError, match=f"{told}.*: export the model again"):
        open_model(path, "cpu")


def test_numbers_of_controls_and_widths_have_bounds(model_path: Path, tmp_path: Path) -> None:
    info = _info(model_path)
    info["controls"][0]["shifts"] = [[99.0] * len(level) for level in info["controls"][0]["shifts"]]
    with pytest.raises(TextureError, match=r"changes by .* are \[99.0\]; allowed"):
        read_info(_with_info(model_path, info, tmp_path / "huge.onnx"))
    info = _info(model_path)
    info["controls"] *= 2
    with pytest.raises(TextureError, match="controls are .*; allowed is each once"):
        read_info(_with_info(model_path, info, tmp_path / "twice.onnx"))
    info = _info(model_path)
    info["exemplar"]["width_m"] = -1.0
    with pytest.raises(TextureError, match="width in metres"):
        read_info(_with_info(model_path, info, tmp_path / "narrow.onnx"))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_info_that_is_no_json(model_path: Path, tmp_path: Path, text: str) -> None:
    with pytest.raises(TextureError, match="info"):
        open_model(_with_info(model_path, text, tmp_path / "m.onnx"), "cpu")


def test_other_inputs_than_the_info_says(model_path: Path, tmp_path: Path) -> None:
    info = _info(model_path) | {"controls": []}
    info["levels"][0]["channels"] = 15
    with pytest.raises(TextureError, match="other inputs or outputs"):
        open_model(_with_info(model_path, info, tmp_path / "channels.onnx"), "cpu")
    info = _info(model_path) | {"maps": ["base_color"]}
    with pytest.raises(TextureError, match="other inputs or outputs"):
        open_model(_with_info(model_path, info, tmp_path / "maps.onnx"), "cpu")


def test_an_output_that_is_no_picture(model_path: Path, tmp_path: Path) -> None:
    model = onnx.load(model_path)
    (maps,) = model.graph.output
    next(node for node in model.graph.node if "maps" in node.output).output[:] = ["pictures"]
    model.graph.node.append(onnx.helper.make_node("GlobalAveragePool", ["pictures"], ["means"]))
    model.graph.node.append(onnx.helper.make_node("Flatten", ["means"], ["maps"]))
    del maps.type.tensor_type.shape.dim[2:]
    onnx.save(model, tmp_path / "means.onnx")
    with pytest.raises(TextureError, match="other inputs or outputs"):
        open_model(tmp_path / "means.onnx", "cpu")


@pytest.mark.parametrize("margin", [3, 5])
def test_other_margins_than_the_info_says(model_path: Path, tmp_path: Path, margin: int) -> None:
    info = _info(model_path)
    for level in info["levels"]:
        level["margin_cells"] = margin
    with pytest.raises(TextureError, match="export it again"):
        open_model(_with_info(model_path, info, tmp_path / "margins.onnx"), "cpu")


@pytest.mark.parametrize("name", ["noise_2", "guide_2"])
def test_a_graph_of_one_size_is_refused_before_onnxruntime_aborts(name: str, model_path: Path, tmp_path: Path) -> None:
    model = onnx.load(model_path)
    shape = next(one for one in model.graph.input if one.name == name).type.tensor_type.shape
    shape.dim[2].dim_value = shape.dim[3].dim_value = 3
    onnx.save(model, tmp_path / "rigid.onnx")
    with pytest.raises(TextureError, match="rigid.onnx takes windows of one size alone: export it again"):
        open_model(tmp_path / "rigid.onnx", "cpu")


def test_a_graph_that_can_not_be_guided(model_path: Path, tmp_path: Path) -> None:
    """It takes the guide that is absent, and no other: one of its guides is of another level."""
    model = onnx.load(model_path)
    (branch,) = (each.g for node in model.graph.node for each in node.attribute if each.name == "else_branch")
    node = next(node for node in branch.node if "guide_4" in node.input)
    node.input[list(node.input).index("guide_4")] = "guide_8"
    onnx.save(model, tmp_path / "deaf.onnx")
    with pytest.raises(TextureError, match="deaf.onnx: .*: export it again"):
        open_model(tmp_path / "deaf.onnx", "cpu")


@pytest.mark.parametrize("inner", [b"\xff\xff", b"\x5a\x7f", b"\x5a\x02\x12\x7f"])
def test_a_graph_that_is_garbled_within(inner: bytes, model_path: Path, tmp_path: Path) -> None:
    garbled = model_path.read_bytes() + bytes([7 << 3 | 2, len(inner)]) + inner
    (tmp_path / "garbled.onnx").write_bytes(garbled)
    with pytest.raises(TextureError, match="cut off or no ONNX"):
        read_info(tmp_path / "garbled.onnx")


def test_external_data_is_never_read(model_path: Path, tmp_path: Path) -> None:
    model = onnx.load(model_path)
    onnx.save(model, tmp_path / "external.onnx", save_as_external_data=True, location="weights.bin", size_threshold=16)
    with pytest.raises(TextureError, match="external data"):
        open_model(tmp_path / "external.onnx", "cpu")


def test_an_author_may_have_any_location(model_path: Path, tmp_path: Path) -> None:
    info = _info(model_path)
    info["exemplar"]["author"] = "location scout"
    assert open_model(_with_info(model_path, info, tmp_path / "m.onnx"), "cpu").info.exemplar.author == "location scout"


def test_absent_and_oversized_files(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(TextureError, match="no model file|can't be read"):
            read_model_file(path)
    with (tmp_path / "big.onnx").open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(TextureError, match="larger than"):
        read_model_file(tmp_path / "big.onnx")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="a file of Linux, that tells no size")
def test_what_tells_no_size_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "LARGEST_FILE_BYTES", 100)
    with pytest.raises(TextureError, match="larger than"):
        read_model_file(Path("/proc/self/maps"))


def test_the_key_is_the_contract(model_path: Path) -> None:
    assert [entry.key for entry in onnx.load(model_path).metadata_props] == [METADATA_KEY]
