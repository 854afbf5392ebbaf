"""Export: the same function, or no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from export import to_onnx
from export.cells import InCells
from synthesis.errors import TextureError
from synthesis.guide import Guide, guide_fields, pixels_a_cell
from synthesis.latent import Latent, latent_fields
from synthesis.run_folder import CHECKPOINT
from synthesis.session import open_model
from synthesis.windows import Rect
from trainer.checkpoint import Checkpoint
from trainer.generator import FIELD_MARGIN_CELLS, DoublingConv, Generator, GeneratorConfig


def test_onnx_equals_torch(run_folder: Path, model_path: Path) -> None:
    model = open_model(model_path, "cpu")
    given = latent_fields(model.info, Latent(3), (96, 160), Rect(0, 0, 96, 160))
    generator = Checkpoint.read(run_folder).generator()
    with torch.no_grad():
        expected = generator([torch.from_numpy(field)[None] for field in given])[0].permute(1, 2, 0).numpy()
    error = np.abs(model.run(given) - expected).max()
    assert 0 < error <= 2 * model.info.training.half_precision_error, "stated on other fields, so within a factor"
    assert model.info.training.half_precision_error <= to_onnx.LARGEST_HALF_PRECISION_ERROR


def test_a_guided_graph_equals_torch(run_folder: Path, model_path: Path) -> None:
    model, rng = open_model(model_path, "cpu"), np.random.default_rng(0)
    size, rect = (96, 160), Rect(0, 0, 96, 160)
    fields = latent_fields(model.info, Latent(3), size, rect, guided=True)
    known = np.repeat((rng.random((*size, 1)) < 0.5).astype(np.float32), 3, axis=2)
    guide = Guide(model.info.maps, rng.random((*size, 7), np.float32), known, wrapped=True)
    told = guide_fields(guide, [level.cell_px for level in model.info.levels], 4, rect)
    generator = Checkpoint.read(run_folder).generator()
    tensors = [[torch.from_numpy(field)[None] for field in part] for part in (fields, told)]
    with torch.no_grad():
        expected = generator(*tensors)[0].permute(1, 2, 0).numpy()
        free = generator(tensors[0])[0].permute(1, 2, 0).numpy()
    assert np.abs(expected - free).mean() > 0.02, "the guide is heard"
    assert np.abs(model.run(fields, told) - expected).max() <= 2 * model.info.training.half_precision_error + 1e-3


@pytest.mark.parametrize("guided", [False, True])
@pytest.mark.parametrize("maps", [(3,), (3, 3, 1)])
@torch.no_grad()
def test_a_generator_in_cells_is_the_same_function(maps: tuple[int, ...], guided: bool) -> None:
    config = GeneratorConfig(maps, guided)
    generator, height, width = Generator(config), 32, 64
    generator.tone.learn(torch.rand(999, sum(maps)), torch.rand(999, sum(maps)) ** 2)

    def some(channels: int, cell_px: int) -> torch.Tensor:
        margin = 2 * FIELD_MARGIN_CELLS
        return torch.randn(1, channels, height // cell_px + margin, width // cell_px + margin)

    fields = [some(channels, cell_px) for cell_px, channels in config.fields]
    guide = [some(config.guide_channels * pixels_a_cell(cell_px), cell_px) for cell_px, _ in config.fields]
    for known in (None, guide) if guided else (None,):
        made, expected = InCells(generator)(fields, known), generator(fields, known)
        assert made.shape == expected.shape and torch.allclose(made, expected, atol=1e-4)
        assert expected.std() > 0.05, "something that could differ"


def test_weights_are_stored_in_16_bits_for_both_branches(model_path: Path) -> None:
    graph = onnx.load(model_path).graph
    assert {weight.data_type for weight in graph.initializer if len(weight.dims) > 1} == {onnx.TensorProto.FLOAT16}
    branches = [attribute.g for node in graph.node if node.op_type == "If" for attribute in node.attribute]
    casts = [{node.input[0] for node in branch.node if node.op_type == "Cast"} for branch in branches]
    stored = {weight.name for weight in graph.initializer if weight.data_type == onnx.TensorProto.FLOAT16}
    smaller, larger = sorted((cast & stored for cast in casts), key=len)
    assert smaller < larger == stored, "the guide's own apart, both cast the same ones"


def test_a_wrong_graph_is_not_written(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("export.cells.DOUBLING_TAPS", ((0.3, 0.7, 0.0), (0.0, 0.7, 0.3)))
    assert to_onnx.main([str(run_folder), "--out", str(tmp_path / "m.onnx")]) == 2
    assert "differs from the generator" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_loses_too_much_in_16_bits_is_not_written(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(to_onnx, "LARGEST_HALF_PRECISION_ERROR", 1e-9)
    assert to_onnx.main([str(run_folder), "--out", str(tmp_path / "m.onnx")]) == 2
    assert "16-bit weights differs" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_doubling_convolution_interpolates_then_convolves() -> None:
    layer, x = DoublingConv(5, 7), torch.randn(2, 5, 6, 9)
    doubled = torch.nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)[..., 1:-1, 1:-1]
    with torch.no_grad():
        layer.weight[:, :, [0, 2]] = 0
        layer.weight[..., [0, 2]] = 0
    assert torch.allclose(layer(x), torch.nn.functional.conv2d(doubled, layer.weight[..., 1:2, 1:2]), atol=1e-5)


def test_a_doubling_convolution_makes_no_checkerboard() -> None:
    layer = DoublingConv(5, 7)
    flat = layer(torch.randn(2, 5, 1, 1).expand(-1, -1, 6, 9))
    assert torch.allclose(flat, flat[..., :1, :1].expand_as(flat), atol=1e-5)


@pytest.mark.parametrize("content", [None, b"", b"no checkpoint", b"some text", "other"])
def test_bad_checkpoints_are_one_line(content: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if content == "other":
        torch.save({"weights": torch.zeros(3)}, tmp_path / "checkpoint.pt")
    elif content is not None:
        (tmp_path / "checkpoint.pt").write_bytes(content)
    assert to_onnx.main([str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "model.onnx").exists()


def test_a_checkpoint_whose_regularity_is_garbled(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = torch.load(run_folder / CHECKPOINT, weights_only=True)
    content["generator_config"]["regularity"]["lines"] = ("circles",)
    torch.save(content, tmp_path / CHECKPOINT)
    assert to_onnx.main([str(tmp_path)]) == 2
    assert "lacks or garbles regularity" in capsys.readouterr().err


def test_a_checkpoint_without_its_info(run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = torch.load(run_folder / CHECKPOINT, weights_only=True)
    del content["info"]
    torch.save(content, tmp_path / CHECKPOINT)
    assert to_onnx.main([str(tmp_path)]) == 2
    assert "lacks or garbles" in capsys.readouterr().err


def test_a_checkpoint_of_another_schema(run_folder: Path, tmp_path: Path) -> None:
    torch.save(torch.load(run_folder / CHECKPOINT, weights_only=True) | {"schema": 1}, tmp_path / CHECKPOINT)
    with pytest.raises(TextureError, match="no checkpoint of schema"):
        Checkpoint.read(tmp_path)


@pytest.mark.parametrize("given", [["--nonsense"], [], ["run", "--out"]])
def test_bad_arguments_are_one_line(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert to_onnx.main(given) == 2
    told = capsys.readouterr().err
    assert told.startswith("to_onnx: ") and told.count("\n") == 1


def test_an_export_that_is_ended_writes_nothing(
    run_folder: Path,
    tmp_path: Path,
    asks_to_end: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(to_onnx, "convert", asks_to_end)
    assert to_onnx.main([str(run_folder), "--out", str(tmp_path / "m.onnx")]) == 2
    assert capsys.readouterr().err == "to_onnx: stopped, nothing was written\n"
    assert not list(tmp_path.iterdir())
