"""The quick reader of lines as set-up makes it."""

import logging
import math
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from commands.weights import line_reader
from services.adapters.ocr import rapid

IN, OUT = (0.04, 120), (0.017, 10)  # scale and zero: from -4.8 to 5.4, and from -0.17 to 4.2


def gelu_between_bytes() -> onnx.ModelProto:
    values = {"in_scale": np.float32(IN[0]), "in_zero": np.uint8(IN[1])}
    values |= {"out_scale": np.float32(OUT[0]), "out_zero": np.uint8(OUT[1])}
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "in_scale", "in_zero"], ["real"], "before"),
        helper.make_node("Gelu", ["real"], ["gelu"], "gelu", domain="com.microsoft"),
        helper.make_node("QuantizeLinear", ["gelu", "out_scale", "out_zero"], ["y"], "after"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.UINT8, [256]) for name in "xy"]
    inside = [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]
    graph = helper.make_graph(nodes, "gelu", ends[:1], ends[1:], inside)
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=9)


def answers(model: onnx.ModelProto) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.arange(256, dtype=np.uint8)})[0].astype(int)


def test_a_gelu_in_bytes_gives_the_same_but_for_a_step() -> None:
    model = gelu_between_bytes()
    meant = answers(model)
    line_reader._gelus_in_bytes(model)
    assert [node.op_type for node in model.graph.node] == ["QLinearSigmoid", "QLinearMul"]
    apart = np.abs(answers(model) - meant)
    assert apart.max() <= 2
    assert apart.mean() < 0.5


def test_the_surplus_is_what_it_gives_more_on_average_where_most_values_are() -> None:
    x = np.random.default_rng(1).normal(
        -0.7, 0.4, 100_000
    )  # nearly all below zero, as in the model
    exact = x * np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in x])
    surplus = (x / (1 + np.exp(-line_reader.STEEPNESS * x)) - exact).mean()
    assert surplus == pytest.approx(line_reader.SURPLUS, abs=0.001)


def test_the_next_convolution_expects_the_surplus() -> None:
    weights = np.array([[[[1.0]], [[2.0]]], [[[-1.0]], [[5.0]]]], np.float32)
    inside = {"weights": weights, "bias": np.array([1.0, 1.0], np.float32)}
    nodes = [
        helper.make_node("Gelu", ["x"], ["gelu"], "gelu", domain="com.microsoft"),
        helper.make_node("Conv", ["gelu", "weights", "bias"], ["y"], "conv"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    kept = [numpy_helper.from_array(value, name) for name, value in inside.items()]
    model = helper.make_model(helper.make_graph(nodes, "two", ends[:1], ends[1:], kept))
    line_reader._make_up_for_surplus(model)
    bias = numpy_helper.to_array(model.graph.initializer[1])
    assert bias == pytest.approx(1 - line_reader.SURPLUS * np.array([3, 4]))


def test_no_gelu_of_the_model_is_left_in_floats(tmp_path: Path) -> None:
    target, level = tmp_path / "made.onnx", logging.getLogger().level
    line_reader.write(rapid.model_file(*rapid.RECOGNITION), target)
    assert logging.getLogger().level == level  # whoever logs after it is still heard
    nodes = Counter(node.op_type for node in onnx.load(str(target)).graph.node)
    assert (nodes["Gelu"], nodes["QLinearSigmoid"], nodes["QLinearMul"]) == (0, 13, 13)
    InferenceSession(target, providers=["CPUExecutionProvider"])
