"""The quick reader of lines: RapidOCR's recogniser with its larger convolutions, and its last layer, in bytes.

On processors that multiply bytes it takes less than half the time. What each convolution is given and gives, which
bytes have to span, was measured once on drawn lines (benchmarks/line_reader_ranges.py writes RANGES), so that set-up
needs none. The softmax is left out: the reader needs it for a letter in ten of the model's columns.
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, helper, numpy_helper, version_converter
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.calibrate import CalibrationMethod, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

RANGES = Path(__file__).with_name("line_reader_ranges.json")  # of each convolution in order: least, most in; out
OPSET = 17  # the first that has a scale for each channel is 13
STEEPNESS = 1.702  # of σ, at which x σ(1.702 x) is nearest to x Φ(x): Hendrycks and Gimpel 2016, section 2
SURPLUS = 0.0027  # of the former on average, on the drawn lines; 0.0017 to 0.0037 by layer
CHANNELS = 96  # of a convolution, from which on it is done in bytes: the first ones see the edges of letters


@contextmanager
def _without_advice() -> Iterator[None]:
    """The library advises, by the logger of everybody, what is done here."""
    everybody = logging.getLogger()
    before = everybody.level
    everybody.setLevel(logging.ERROR)
    try:
        yield
    finally:
        everybody.setLevel(before)


@_without_advice()
def write(recogniser: Path, target: Path) -> None:
    """`x` (batch, 3, 48, width) in, as the recogniser's; its letters' logits (batch, columns, letters) out."""
    model = prepared(recogniser)
    _make_up_for_surplus(model)
    convolutions = in_bytes(model)
    limits = json.loads(RANGES.read_text())
    ranges = {
        name: tuple(np.array(each, np.float32) for each in limit)
        for node, of_node in zip(convolutions, limits, strict=True)
        for name, limit in zip((node.input[0], node.output[0]), of_node, strict=True)
    }
    quantizer = QDQQuantizer(
        model,
        per_channel=True,
        reduce_range=False,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=TensorsData(CalibrationMethod.MinMax, ranges),
        nodes_to_quantize=[node.name for node in convolutions],
        nodes_to_exclude=[],
        op_types_to_quantize=["Conv"],
        extra_options={},
    )
    quantizer.quantize_model()
    _gelus_in_bytes(quantizer.model.model)
    quantizer.model.save_model_to_file(str(target))


@_without_advice()
def prepared(recogniser: Path) -> ModelProto:
    """Without softmax, the last layer in bytes, and each activation one node: around five, scales would be wanted
    between them."""
    model = version_converter.convert_version(onnx.load(str(recogniser)), OPSET)
    softmax = model.graph.node.pop()
    *_, last = (node for node in model.graph.node if node.op_type == "MatMul")
    model.graph.output[0].name = softmax.input[0]
    with tempfile.TemporaryDirectory(prefix="verbatim-weights-") as name:
        plain, bytewise, joined = (Path(name) / f"{step}.onnx" for step in range(3))
        onnx.save(model, str(plain))
        quantize_dynamic(
            plain,
            bytewise,
            nodes_to_quantize=[last.name],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
        options = SessionOptions()
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(joined)
        InferenceSession(bytewise, options, providers=["CPUExecutionProvider"])
        return onnx.load(str(joined))


def _make_up_for_surplus(model: ModelProto) -> None:
    """Hundreds of channels that are all a little too large add up: the convolution behind each GELU expects it."""
    taken_by = {name: node for node in model.graph.node for name in node.input}
    values = {each.name: each for each in model.graph.initializer}
    for gelu in [node for node in model.graph.node if node.op_type == "Gelu"]:
        _, weights, bias = taken_by[gelu.output[0]].input
        per_channel = numpy_helper.to_array(values[weights]).sum(axis=(1, 2, 3))
        made = numpy_helper.to_array(values[bias]) - np.float32(SURPLUS) * per_channel
        values[bias].CopyFrom(numpy_helper.from_array(made, bias))


def _gelus_in_bytes(model: ModelProto) -> None:
    """x Φ(x) between two convolutions as x σ(1.702 x): a table and a product, both of bytes. In floats, with the steps
    from bytes and back, it is a third of the reading. The two differ by 0.02 at most, about what bytes leave out."""
    make = partial(helper.make_node, domain="com.microsoft")
    graph, gone, kept = model.graph, set[str](), []
    given_by = {name: node for node in graph.node for name in node.output}
    taken_by = {name: node for node in graph.node for name in node.input}
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    bytes_of_share = "share_scale", "share_zero"
    added = dict(zip(bytes_of_share, (np.float32(1 / 255), np.uint8(0)), strict=True))
    for node in graph.node:
        if node.op_type != "Gelu":
            kept.append(node)
            continue
        before, after = given_by[node.input[0]], taken_by[node.output[0]]
        given, scale, zero = before.input
        steep, share = f"{node.name}_steep", [f"{node.name}_share", *bytes_of_share]
        added[steep] = np.float32(STEEPNESS) * values[scale]
        kept.append(make("QLinearSigmoid", [given, steep, zero, *bytes_of_share], share[:1]))
        kept.append(
            make("QLinearMul", [given, scale, zero, *share, *after.input[1:]], after.output)
        )
        gone |= {before.name, after.name}
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name) for name, value in added.items()
    )
    del graph.node[:]
    graph.node.extend(node for node in kept if not node.name or node.name not in gone)


def in_bytes(model: ModelProto) -> list[NodeProto]:
    """The convolutions that are done in bytes, in order."""
    weights = {each.name: each.dims for each in model.graph.initializer if len(each.dims) == 4}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    return [node for node in convolutions if _channels(*weights[node.input[1]][:2]) >= CHANNELS]


def _channels(to: int, of: int) -> int:
    """That go in; where each is by itself (`of` 1), as many as come out."""
    return to if of == 1 else of

