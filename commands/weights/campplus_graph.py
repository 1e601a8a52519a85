"""CAM++ as an ONNX graph, made from the checkpoint's tensors.

The network: Wang et al. 2023, "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking", arXiv:2303.00332. Batch normalisation is folded into the convolution before it
where there is one. How closely it follows the original: benchmarks/campplus_equivalence.py.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from commands.weights.checkpoint import Tensors

OPSET, IR_VERSION = 17, 9
EPSILON = 1e-5  # of batch normalisation
# Of each densely connected block: how many layers, and their dilation.
BLOCKS = ((12, 1), (24, 2), (16, 2))
MELS, VOICE = 80, 192  # features in, numbers out
# Frames in one window (2 s). The masks' context is the mean over all frames plus the mean over segments of
# 100 frames of half the rate: up to here there is one such segment, and both means are the same.
MOST_FRAMES = 200

Array = NDArray[Any]


def write(tensors: Tensors, path: Path) -> None:
    """`fbank` (batch, at most MOST_FRAMES, 80) in, `embedding` (batch, 192) out, both float32."""
    graph = _Graph(tensors)
    graph.finish(graph.dense("xvector.dense", graph.statistics(graph.trunk(graph.head()))))
    onnx.save(graph.model(), str(path))


class _Graph:
    """Every method adds nodes and returns the name of the value they end in."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    # --- the network, from the sound to the voice ---

    def head(self) -> str:
        """The two-dimensional front end: (batch, mels, frames) as one image, frequency halved three times."""
        value = self._op("Transpose", "fbank", perm=[0, 2, 1])
        value = self._op("Unsqueeze", value, self._constant(np.array([1], "i8")))
        value = self._relu(self._conv(value, "head.conv1", "head.bn1", pads=[1] * 4))
        for layer in ("head.layer1", "head.layer2"):
            for unit, stride in ((f"{layer}.0", 2), (f"{layer}.1", 1)):
                value = self._residual(value, unit, stride)
        value = self._relu(
            self._conv(value, "head.conv2", "head.bn2", pads=[1] * 4, strides=[2, 1])
        )
        shape = self._constant(np.array([0, 4 * MELS, -1], "i8"))
        return self._op("Reshape", value, shape)

    def trunk(self, value: str) -> str:
        """Time-delay layers: frames halved once, then three densely connected blocks with masks."""
        value = self._relu(
            self._conv(
                value,
                "xvector.tdnn.linear",
                "xvector.tdnn.nonlinear.batchnorm",
                pads=[2, 2],
                strides=[2],
            )
        )
        for number, (layers, dilation) in enumerate(BLOCKS, 1):
            for layer in range(1, layers + 1):
                name = f"xvector.block{number}.tdnnd{layer}"
                value = self._op("Concat", value, self._masked(value, name, dilation), axis=1)
            name = f"xvector.transit{number}"
            value = self._relu(self._normalised(value, f"{name}.nonlinear.batchnorm"))
            value = self._conv(value, f"{name}.linear")
        return self._relu(self._normalised(value, "xvector.out_nonlinear.batchnorm"))

    def statistics(self, value: str) -> str:
        """Mean and (unbiased) standard deviation over the frames."""
        frames = self._constant(np.array([2], "i8"))
        mean = self._op("ReduceMean", value, axes=[2], keepdims=1)
        apart = self._op("Sub", value, mean)
        squares = self._op("ReduceSum", self._op("Mul", apart, apart), frames, keepdims=1)
        count = self._op("Gather", self._op("Shape", value), self._constant(np.array(2, "i8")))
        count = self._op("Cast", count, to=TensorProto.FLOAT)
        free = self._op("Sub", count, self._constant(np.array(1, "f4")))
        deviation = self._op("Sqrt", self._op("Div", squares, free))
        return self._op("Concat", mean, deviation, axis=1)

    def dense(self, name: str, value: str) -> str:
        return self._conv(value, f"{name}.linear", f"{name}.nonlinear.batchnorm")

    def finish(self, value: str) -> None:
        self._nodes.append(helper.make_node("Flatten", [value], ["embedding"], axis=1))

    def model(self) -> Any:
        real = TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "campplus",
            [helper.make_tensor_value_info("fbank", real, ["batch", "frames", MELS])],
            [helper.make_tensor_value_info("embedding", real, ["batch", VOICE])],
            self._constants,
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model

    # --- its parts ---

    def _residual(self, value: str, name: str, stride: int) -> str:
        strides = [stride, 1]
        other = self._relu(
            self._conv(value, f"{name}.conv1", f"{name}.bn1", pads=[1] * 4, strides=strides)
        )
        other = self._conv(other, f"{name}.conv2", f"{name}.bn2", pads=[1] * 4)
        if f"{name}.shortcut.0.weight" in self._tensors:
            value = self._conv(value, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=strides)
        return self._relu(self._op("Add", other, value))

    def _masked(self, value: str, name: str, dilation: int) -> str:
        """One layer with its context-aware mask: what the window as a whole says weighs each channel."""
        value = self._relu(self._normalised(value, f"{name}.nonlinear1.batchnorm"))
        value = self._relu(self._conv(value, f"{name}.linear1", f"{name}.nonlinear2.batchnorm"))
        cam = f"{name}.cam_layer"
        local = self._conv(value, f"{cam}.linear_local", pads=[dilation] * 2, dilations=[dilation])
        mean = self._op("ReduceMean", value, axes=[2], keepdims=1)
        context = self._op("Add", mean, mean)  # of all frames, and of the only segment
        mask = self._relu(self._conv(context, f"{cam}.linear1"))
        mask = self._op("Sigmoid", self._conv(mask, f"{cam}.linear2"))
        return self._op("Mul", local, mask)

    def _conv(self, value: str, name: str, norm: str | None = None, **attributes: Any) -> str:
        weight = self._tensors[f"{name}.weight"]
        bias = self._tensors.get(f"{name}.bias")
        if norm:
            scale, shift = self._scale_and_shift(norm)
            weight = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
            bias = shift if bias is None else bias * scale + shift
        inputs = [value, self._constant(weight.astype("f4"))]
        if bias is not None:
            inputs.append(self._constant(bias.astype("f4")))
        return self._op("Conv", *inputs, **attributes)

    def _normalised(self, value: str, name: str) -> str:
        scale, shift = (
            self._constant(each.reshape(1, -1, 1)) for each in self._scale_and_shift(name)
        )
        return self._op("Add", self._op("Mul", value, scale), shift)

    def _scale_and_shift(self, name: str) -> tuple[Array, Array]:
        mean, variance = (self._tensors[f"{name}.running_{what}"] for what in ("mean", "var"))
        scale = self._tensors.get(f"{name}.weight", np.ones_like(mean))
        shift = self._tensors.get(f"{name}.bias", np.zeros_like(mean))
        scale = scale / np.sqrt(variance + EPSILON)
        return scale.astype("f4"), (shift - mean * scale).astype("f4")

    def _relu(self, value: str) -> str:
        return self._op("Relu", value)

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def _constant(self, array: Array) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name
