"""The encoder as an ONNX graph whose answer for a text never depends on what else is in the batch.

ONNX Runtime's own dynamic quantisation takes one activation scale over the whole batch, so a text's vector changes with
its neighbours. Here every token row has a scale of its own (as in ZeroQuant, Yao et al. 2022, "token-wise"), written in
standard operators around `MatMulIntegerToFloat`: weights are int8 with one scale a column, activations uint8 with one
scale a row, sums int32. Everything else is float32 and works on one row, or one text, at a time.

Two identities make it smaller: the softmax cancels a bias on the keys, and attention weights sum to one, so a bias on
the values is a bias on the output.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp.errors import ExportError

MICROSOFT = "com.microsoft"
OPSETS = {"": 18, MICROSOFT: 1}
IR_VERSION = 10
SIGNED_ZERO = 128  # uint8 code of 0 for values of either sign
GELU_ZERO = 32  # GELU never falls under -0.17: most codes go to the positive side
GELU_FLOOR = 0.17

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT-like encoder. `position_offset` rows of the position table are never used (RoBERTa: 2)."""

    layers: int
    width: int
    heads: int
    epsilon: float
    position_offset: int = 0


class GraphBuilder:
    """Collects nodes and constants; `op` returns the name of what the node yields."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic] | np.generic) -> str:
        """Keep `value` under `name`, once."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: int | float | tuple[int, ...]) -> str:
        """Append a node with one output and return that output's name."""
        output = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, list(inputs), [output], domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)
        return output


class EncoderGraph:
    """Builds word_vectors float [B, T, width], attention_mask int64 [B, T] -> hidden float [B, T, width]."""

    def __init__(self, state: Mapping[str, Array], shape: Shape) -> None:
        """`state` has the names of transformers' BertModel, without its word table."""
        self.state, self.shape = state, shape
        self.graph = GraphBuilder()

    def build(self) -> GraphBuilder:
        """Return the graph; its output is named "hidden". Raises ExportError where a weight is missing."""
        g, width, heads = self.graph, self.shape.width, self.shape.heads
        start = g.constant("start", np.array([self.shape.position_offset], np.int64))
        stop = g.op("Add", g.op("Shape", "word_vectors", start=1, end=2), start)
        table = self._weight("embeddings.position_embeddings.weight")
        table = table + self._weight("embeddings.token_type_embeddings.weight")[0]
        rows = g.op("Slice", g.constant("positions", table), start, stop, g.constant("axis_0", np.array([0])))
        hidden = self._normalise(g.op("Add", "word_vectors", rows), "embeddings.LayerNorm")
        hidden = g.op("Reshape", hidden, g.constant("rows", np.array([-1, width])))
        batch = g.op("Shape", "word_vectors", start=0, end=2)
        split = g.constant("split", np.array([heads, width // heads]))
        self._by_head = g.op("Concat", batch, split, axis=0)
        absent = g.op("Sub", g.constant("one", np.float32(1)), g.op("Cast", "attention_mask", to=TensorProto.FLOAT))
        penalty = g.op("Mul", absent, g.constant("penalty", np.float32(-1e4)))
        self._mask = g.op("Unsqueeze", penalty, g.constant("axes_1_2", np.array([1, 2])))
        for layer in range(self.shape.layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        g.nodes.append(helper.make_node("Reshape", [hidden, g.op("Shape", "word_vectors")], ["hidden"]))
        return g

    def _layer(self, hidden: str, layer: str) -> str:
        context, output_bias = self._attend(hidden, layer)
        output = self._linear(self._quantise(context), layer + "attention.output.dense", output_bias)
        hidden = self._normalise(self.graph.op("Add", output, hidden), layer + "attention.output.LayerNorm")
        inner = self._linear(self._quantise(hidden), layer + "intermediate.dense")
        bias = self.graph.constant(layer + "intermediate.bias", self._weight(layer + "intermediate.dense.bias"))
        inner = self.graph.op("BiasGelu", inner, bias, domain=MICROSOFT)
        dense = layer + "output.dense"
        output = self._linear(self._quantise_gelu(inner), dense, self._weight(dense + ".bias"))
        return self._normalise(self.graph.op("Add", output, hidden), layer + "output.LayerNorm")

    def _attend(self, hidden: str, layer: str) -> tuple[str, Array]:
        """Return the attended context [B * T, width], and the bias that its output projection must add."""
        g, name = self.graph, layer + "attention.self."
        shrink = np.float32(1 / np.sqrt(self.shape.width // self.shape.heads))
        rows = self._quantise(hidden)
        query = self._linear(rows, name + "query", self._weight(name + "query.bias") * shrink, scale=shrink)
        query, key, value = (
            g.op("Transpose", g.op("Reshape", part, self._by_head), perm=order)
            for part, order in (
                (query, (0, 2, 1, 3)),
                (self._linear(rows, name + "key"), (0, 2, 3, 1)),
                (self._linear(rows, name + "value"), (0, 2, 1, 3)),
            )
        )
        weights = g.op("Softmax", g.op("Add", g.op("MatMul", query, key), self._mask), axis=-1)
        context = g.op("Transpose", g.op("MatMul", weights, value), perm=(0, 2, 1, 3))
        dense = layer + "attention.output.dense"
        bias = self._weight(dense + ".bias") + self._weight(dense + ".weight") @ self._weight(name + "value.bias")
        return g.op("Reshape", context, "rows"), bias

    def _quantise(self, rows: str) -> tuple[str, str, str]:
        """Return uint8 codes of `rows`, the scale of each row [rows, 1], and the code of zero."""
        g = self.graph
        largest = g.op("ReduceMax", g.op("Abs", rows), g.constant("axis_last", np.array([-1])), keepdims=1)
        largest = g.op("Max", largest, g.constant("tiny", np.float32(1e-9)))
        return self._codes(rows, largest, SIGNED_ZERO, 255 - SIGNED_ZERO)

    def _quantise_gelu(self, rows: str) -> tuple[str, str, str]:
        g = self.graph
        largest = g.op("ReduceMax", rows, g.constant("axis_last", np.array([-1])), keepdims=1)
        steps = 255 - GELU_ZERO
        floor = g.constant("gelu_floor", np.float32(GELU_FLOOR / GELU_ZERO * steps))
        return self._codes(rows, g.op("Max", largest, floor), GELU_ZERO, steps)

    def _codes(self, rows: str, largest: str, zero: int, steps: int) -> tuple[str, str, str]:
        g = self.graph
        scale = g.op("Mul", largest, g.constant(f"step_{steps}", np.float32(1 / steps)))
        inverse = g.op("Reciprocal", scale)
        unit = g.constant("unit", np.float32(1))
        code = g.constant(f"zero_{zero}", np.uint8(zero))
        return g.op("QuantizeLinear", g.op("Mul", rows, inverse), unit, code), scale, code

    def _linear(
        self, rows: tuple[str, str, str], name: str, bias: Array | None = None, scale: np.float32 | None = None
    ) -> str:
        """Return rows @ weight.T * `scale` + `bias` as float32 [rows, outputs]."""
        g = self.graph
        codes, row_scale, zero = rows
        weight = self._weight(name + ".weight").T
        if scale is not None:
            weight = weight * scale
        integers, column_scale = as_int8(weight)
        product = g.op(
            "MatMulIntegerToFloat",
            codes,
            g.constant(name + ".int8", integers),
            g.constant("unit", np.float32(1)),
            g.constant(name + ".scale", column_scale),
            zero,
            g.constant("zero_weight", np.int8(0)),
            domain=MICROSOFT,
        )
        product = g.op("Mul", product, row_scale)
        return product if bias is None else g.op("Add", product, g.constant(name + ".bias", bias))

    def _normalise(self, rows: str, name: str) -> str:
        gain = self.graph.constant(name + ".gain", self._weight(name + ".weight"))
        bias = self.graph.constant(name + ".shift", self._weight(name + ".bias"))
        return self.graph.op("LayerNormalization", rows, gain, bias, axis=-1, epsilon=self.shape.epsilon)

    def _weight(self, name: str) -> Array:
        try:
            return self.state[name]
        except KeyError:
            raise ExportError(
                f"the encoder has no weight named {name}: only BERT-like encoders can be exported"
            ) from None


def as_int8(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """Return symmetric codes of a matrix [inputs, outputs] and the step of each column: weight = codes * steps."""
    steps = np.maximum(np.abs(weight).max(0), np.float32(1e-12)) / np.float32(127)
    return np.ascontiguousarray(np.clip(np.rint(weight / steps), -127, 127).astype(np.int8)), steps


class ReadoutGraph:
    """Appends what MultiTaskEncoder does after its encoder: hidden -> vector [B, width], a head's logits [B, labels].

    ONNX Runtime multiplies a single row in another order of sums than several rows, so that a text alone would get
    other bits than in company: every row is multiplied twice, and read once.
    """

    def __init__(self, graph: GraphBuilder, state: Mapping[str, Array], heads: Sequence[str]) -> None:
        """`state` is the whole model's; `heads` in the order of their attention rows."""
        self.graph, self.state, self.heads = graph, state, heads

    def build(self) -> None:
        """Append the nodes; the outputs are named "vector" and as the heads."""
        g = self.graph
        present = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
        axis_1, axis_last = g.constant("axis_1", np.array([1])), g.constant("axis_last", np.array([-1]))
        row = g.op("Unsqueeze", present, axis_1)
        total = g.op("ReduceSum", row, axis_last, keepdims=1)
        mean = g.op("Div", g.op("MatMul", row, "hidden"), g.op("Max", total, g.constant("one", np.float32(1))))
        self._answer("vector", g.op("LpNormalization", self._apply(mean, "projection"), axis=-1, p=2))
        if not self.heads:
            return
        scores = g.op("MatMul", "hidden", g.constant("attention.weight", self._matrix("attention.weight")))
        scores = g.op("Add", scores, g.constant("attention.bias", self.state["attention.bias"]))
        absent = g.op("Sub", row, g.constant("one", np.float32(1)))
        scores = g.op("Transpose", scores, perm=(0, 2, 1))
        scores = g.op("Add", scores, g.op("Mul", absent, g.constant("absence", np.float32(1e4))))
        attended = g.op("MatMul", g.op("Softmax", scores, axis=-1), "hidden")
        for index, name in enumerate(self.heads):
            own = g.op("Gather", attended, g.constant(f"index_{index}", np.array([index])), axis=1)
            self._answer(name, self._apply(g.op("Concat", own, mean, axis=-1), f"heads.{name}"))

    def _apply(self, row: str, name: str) -> str:
        """Return the layer `name` of `row` [B, 1, inputs], [B, outputs]."""
        g = self.graph
        twice = g.op("Concat", row, row, axis=1)
        product = g.op("MatMul", twice, g.constant(name + ".weight", self._matrix(name + ".weight")))
        once = g.op("Gather", product, g.constant("first", np.int64(0)), axis=1)
        return g.op("Add", once, g.constant(name + ".bias", self.state[name + ".bias"]))

    def _answer(self, name: str, rows: str) -> None:
        self.graph.nodes.append(helper.make_node("Identity", [rows], [name]))

    def _matrix(self, name: str) -> Array:
        return np.ascontiguousarray(self.state[name].T)
