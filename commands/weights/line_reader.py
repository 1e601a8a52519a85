"""The quick reader of lines: RapidOCR's recogniser with its larger convolutions, and its last layer, in bytes.

On processors that multiply bytes it takes half the time. What each convolution is given and gives, which bytes have
to span, was measured once on drawn lines (benchmarks/line_reader_ranges.py writes RANGES), so that set-up needs none.
The softmax is left out: the reader needs it for a letter in ten of the model's columns.
"""

import json
import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, version_converter
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.calibrate import CalibrationMethod, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

RANGES = Path(__file__).with_name("line_reader_ranges.json")  # of each convolution in order: least, most in; out
OPSET = 17  # the first that has a scale for each channel is 13
CHANNELS = 96  # of a convolution, from which on it is done in bytes: the first ones see the edges of letters


def write(recogniser: Path, target: Path) -> None:
    """`x` (batch, 3, 48, width) in, as the recogniser's; its letters' logits (batch, columns, letters) out."""
    model = prepared(recogniser)
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
    quantizer.model.save_model_to_file(str(target))


def prepared(recogniser: Path) -> ModelProto:
    """Without softmax, the last layer in bytes, and each activation one node: around five, scales would be wanted
    between them."""
    logging.getLogger().setLevel(logging.ERROR)  # the library advises what is done here
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


def in_bytes(model: ModelProto) -> list[NodeProto]:
    """The convolutions that are done in bytes, in order."""
    weights = {each.name: each.dims for each in model.graph.initializer if len(each.dims) == 4}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    return [node for node in convolutions if _channels(*weights[node.input[1]][:2]) >= CHANNELS]


def _channels(to: int, of: int) -> int:
    """That go in; where each is by itself (`of` 1), as many as come out."""
    return to if of == 1 else of

