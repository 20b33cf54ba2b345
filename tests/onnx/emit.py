# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Operators as ONNX nodes: in their own form for the model, in the runtime's integer operators for the oracle.

The oracle knows codes of 8 bits only: those of 4 are the same numbers behind a Clip, a QDQ operator is the integer operator
of the same name, and an output of the other sign is computed with the input's, then shifted by 128.
"""

from __future__ import annotations

import functools

import numpy as np

from network import LIMITS, Add, Affine, Alias, Average, Clamp, Conv, MaxPool, Quantize, Requantize, Tensor, Weights, Window
from writer import MICROSOFT, Writer


def is_whole(tensor: Tensor, type: str) -> bool:
    return (tensor.low, tensor.high) == LIMITS[type]


def type_in(g: Writer, tensor: Tensor) -> str:
    return tensor.storage if g.plain else tensor.type


def before_clip(g: Writer, output: Tensor) -> str:
    """The name of an integer operator's result that must still be clipped in the oracle."""
    if is_whole(output, output.storage):
        return output.name
    if not g.plain:
        raise AssertionError(f"{output.name}: an integer operator has no smaller range")
    return g.unique(f"{output.name}_whole")


def finish_clip(g: Writer, result: str, output: Tensor) -> None:
    if result != output.name:
        g.clamp_codes(result, output, output.storage)


def quantize_clamped(g: Writer, real: str, output: Tensor) -> None:
    idle = output.low == output.affine.zero_point and is_whole(output, output.type)
    if not is_whole(output, output.type) or (idle and g.quirk("Relu that changes nothing", 0.5)):
        real = g.clamp_real(real, output.low, output.high, output)
    g.quantize(real, output.name, output.affine, output.type)


def window_attributes(g: Writer, window: Window, kernel_needed: bool) -> dict:
    attributes: dict = {}
    if kernel_needed or not g.quirk("kernel_shape left out", 0.2):
        attributes["kernel_shape"] = window.kernel
    if window.strides != (1, 1) or not g.quirk("strides left out", 0.3):
        attributes["strides"] = window.strides
    if window.auto_pad != "NOTSET" and g.quirk(f"auto_pad {window.auto_pad}", 0.7):
        attributes["auto_pad"] = window.auto_pad
    elif any(window.pads) or not g.quirk("pads left out", 0.3):
        attributes["pads"] = window.pads
    if g.quirk("dilations and group spelled out", 0.2):
        attributes["dilations"] = (1, 1)
        if not kernel_needed:
            attributes["group"] = 1
    return attributes


def other_sign(g: Writer, name: str, affine: Affine, output: Tensor, type: str) -> tuple[str, Affine]:
    """Where the operator must compute in `type` and not in the output's: the name and affine to compute with."""
    if type == output.storage:
        return name, affine
    shift = 128 if type == "uint8" else -128
    return g.unique(f"{name}_{type}"), Affine(affine.scale, affine.zero_point + shift)


def finish_sign(g: Writer, result: str, name: str, type: str) -> None:
    if result == name:
        return
    shift = g.constant(f"{name}_shift", np.array(-128 if type == "uint8" else 128), "int32")
    wide = g.node("Cast", [result], g.unique(f"{name}_wide"), to=6)
    moved = g.node("Add", [wide, shift], g.unique(f"{name}_moved"))
    g.node("Cast", [moved], name, to=3 if type == "uint8" else 2)


def conv_operands(g: Writer, conv: Conv, weights: Weights, transposed: bool, type: str) -> list[str]:
    """x, x_scale, x_zero_point, w, w_scale, w_zero_point."""
    per_channel = len(weights.scales) > 1
    scales = weights.scales if per_channel else weights.scales.reshape(())
    zero_points = weights.zero_points
    if conv.kind != "conv":  # the runtime wants as many zero points as scales
        zero_points = np.broadcast_to(zero_points, weights.scales.shape)
    if len(zero_points) == 1:
        zero_points = zero_points.reshape(())
    stored = weights.stored().T if transposed else weights.stored()
    return [
        conv.input.name,
        *g.parameters(f"{conv.name}_x", conv.input.affine, type),
        g.constant(f"{conv.name}_weight", stored, weights.type),
        g.constant(f"{conv.name}_weight_scale", scales, "float32"),
        g.constant(f"{conv.name}_weight_zero_point", zero_points, weights.type),
    ]


def integer_conv(g: Writer, conv: Conv) -> None:
    weights = conv.weights
    if conv.form == "qdq":  # the oracle of it
        zero = np.zeros_like(weights.zero_points)
        weights = Weights(weights.values, "int8", weights.scales, zero)
    for output in conv.outputs:
        type = conv.input.storage
        clipped = before_clip(g, output)
        result, affine = other_sign(g, clipped, output.affine, output, type)
        transposed = conv.kind == "matmul" or (conv.kind == "gemm" and g.quirk("transB = 0", 0.5))
        inputs = conv_operands(g, conv, weights, transposed, type)
        y = g.parameters(f"{conv.name}_{output.name}_y", affine, type)
        bias = [] if conv.bias is None else [g.constant(f"{conv.name}_bias", conv.bias, "int32")]
        if conv.kind == "conv":
            g.node("QLinearConv", [*inputs, *y, *bias], result, **window_attributes(g, conv.window, False))
        elif conv.kind == "gemm":
            attributes = {} if conv.alpha == 1.0 else {"alpha": float(conv.alpha)}
            g.node("QGemm", [*inputs, *(bias or [""]), *y], result, MICROSOFT, transB=int(not transposed), **attributes)
        else:
            g.node("QLinearMatMul", [*inputs, *y], result)
        finish_sign(g, result, clipped, type)
        finish_clip(g, clipped, output)


def real_bias(g: Writer, conv: Conv) -> list[str]:
    if conv.bias is None:
        return []
    if conv.float_bias is not None:
        g.features.add("float bias")
        return [g.constant(f"{conv.name}_bias", conv.float_bias, "float32")]
    scales = np.float32(conv.input.affine.scale) * conv.weights.scales
    codes = g.constant(f"{conv.name}_bias_codes", conv.bias, "int32")
    zero_point: list[str] = []
    if len(scales) == 1:
        scales = scales.reshape(())
    if g.quirk("zero point of a bias", 0.5):
        zero_point = [g.constant(f"{conv.name}_bias_zero_point", np.zeros(scales.shape, np.int32), "int32")]
    inputs = [codes, g.constant(f"{conv.name}_bias_scale", scales, "float32"), *zero_point]
    attributes = {"axis": 0} if scales.ndim else {}
    return [g.node("DequantizeLinear", inputs, g.unique(f"{conv.name}_bias"), **attributes)]


def qdq_conv(g: Writer, conv: Conv) -> None:
    x = g.real(conv.input)
    transposed = conv.kind == "matmul" or (conv.kind == "gemm" and g.quirk("transB = 0", 0.5))
    inputs = [x, g.real_weights(f"{conv.name}_weight", conv.weights, int(transposed)), *real_bias(g, conv)]
    real = g.unique(f"{conv.name}_real")
    if conv.kind == "conv":
        g.node("Conv", inputs, real, **window_attributes(g, conv.window, False))
    elif conv.kind == "gemm":
        g.node("Gemm", inputs, real, transB=int(not transposed))
    else:
        g.node("MatMul", inputs, real)
    for output in conv.outputs:
        quantize_clamped(g, real, output)


def emit_add(g: Writer, add: Add) -> None:
    if add.form == "qdq" and not g.plain:
        real = g.node("Add", [g.real(add.a), g.real(add.b)], g.unique(f"{add.name}_real"))
        quantize_clamped(g, real, add.output)
        return
    inputs = []
    for end, tensor in (("a", add.a), ("b", add.b)):
        inputs += [tensor.name, *g.parameters(f"{add.name}_{end}", tensor.affine, tensor.storage)]
    inputs += g.parameters(f"{add.name}_c", add.output.affine, add.output.storage)
    result = before_clip(g, add.output)
    g.node("QLinearAdd", inputs, result, MICROSOFT)
    finish_clip(g, result, add.output)


def emit_max_pool(g: Writer, pool: MaxPool) -> None:
    attributes = window_attributes(g, pool.window, True)
    if pool.form == "qdq" and not g.plain:
        real = g.node("MaxPool", [g.real(pool.input)], g.unique(f"{pool.name}_real"), **attributes)
        g.quantize(real, pool.output.name, pool.output.affine, pool.output.type)
    elif pool.input.affine == pool.output.affine and pool.input.storage == pool.output.storage:
        g.node("MaxPool", [pool.input.name], pool.output.name, **attributes)
    else:
        codes = g.node("MaxPool", [pool.input.name], g.unique(f"{pool.name}_codes"), **attributes)
        requantize_codes(g, codes, pool.input, pool.output)


def requantize_codes(g: Writer, name: str, source: Tensor, output: Tensor) -> None:
    real = g.dequantize(name, source.affine, type_in(g, source), f"{output.name}_before")
    if not g.plain:
        quantize_clamped(g, real, output)
        return
    result = before_clip(g, output)
    g.quantize(real, result, output.affine, output.storage)
    finish_clip(g, result, output)


def squeezed(g: Writer, name: str, output: str) -> str:
    """[N, C, 1, 1] to [N, C]."""
    axes = g.constant(f"{output}_axes", np.array([2, 3]), "int64")
    return g.node("Squeeze", [name, axes], output)


def emit_average(g: Writer, average: Average) -> None:
    flat = len(average.output.shape) == 1
    if average.form == "qdq" and not g.plain:
        real = g.real(average.input)
        result = g.unique(f"{average.name}_real")
        if average.operator == "GlobalAveragePool":
            g.node("GlobalAveragePool", [real], result)
        elif g.opset < 18:
            g.node("ReduceMean", [real], result, axes=[2, 3], keepdims=int(not flat))
        else:
            axes = g.constant(f"{average.name}_axes", np.array([-2, -1]), "int64")
            g.node("ReduceMean", [real, axes], result, keepdims=int(not flat))
        quantize_clamped(g, result, average.output)
        return
    output = average.output
    clipped = before_clip(g, output)
    result = g.unique(f"{clipped}_pooled") if flat else clipped
    inputs = [
        average.input.name,
        *g.parameters(f"{average.name}_x", average.input.affine, average.input.storage),
        *g.parameters(f"{average.name}_y", output.affine, output.storage),
    ]
    if average.operator == "QLinearAveragePool":
        g.node("QLinearAveragePool", inputs, result, MICROSOFT, kernel_shape=average.input.shape[1:])
    else:
        g.node("QLinearGlobalAveragePool", inputs, result, MICROSOFT, channels_last=0)
    if flat:
        squeezed(g, result, clipped)
    finish_clip(g, clipped, output)


def emit_clamp(g: Writer, clamp: Clamp) -> None:
    output = clamp.output
    if clamp.form == "qdq" and not g.plain:
        real = g.clamp_real(g.real(clamp.input), output.low, output.high, output)
        g.quantize(real, output.name, output.affine, output.type)
    elif (output.low, output.high) == (0, 127) and not g.plain and g.opset >= 14:
        g.features.add("Relu on codes")
        g.node("Relu", [clamp.input.name], output.name)
    else:
        g.clamp_codes(clamp.input.name, output, output.storage)


def reshaped(g: Writer, alias: Alias, name: str, output: str) -> str:
    if alias.operator == "Flatten":
        attributes = {} if g.quirk("Flatten without axis", 0.5) else {"axis": 1}
        return g.node("Flatten", [name], output, **attributes)
    if alias.operator == "Reshape":
        wanted = [0, -1] if g.plain or not g.quirk("Reshape with all sizes", 0.5) else [-1, *alias.output.shape]
        shape = g.constant(f"{output}_shape", np.array(wanted), "int64")
        return g.node("Reshape", [name, shape], output)
    if alias.operator == "Squeeze":
        return squeezed(g, name, output)
    return g.node("Identity", [name], output)


def emit_alias(g: Writer, alias: Alias) -> None:
    output = alias.output
    if alias.form == "integer" or g.plain:
        reshaped(g, alias, alias.input.name, output.name)
        return
    real = reshaped(g, alias, g.real(alias.input), g.unique(f"{output.name}_shaped"))
    if output.hidden:
        g.set_real(output, real)
    else:
        g.quantize(real, output.name, output.affine, output.type)


def emit_quantize(g: Writer, quantize: Quantize) -> None:
    output = quantize.output
    result = before_clip(g, output) if g.plain else output.name
    g.quantize(quantize.source, result, output.affine, type_in(g, output))
    finish_clip(g, result, output)


@functools.singledispatch
def emit(operator, g: Writer) -> None:
    raise AssertionError(f"{operator}: no such operator")


@emit.register
def _(operator: Conv, g: Writer) -> None:
    (qdq_conv if operator.form == "qdq" and not g.plain else integer_conv)(g, operator)


emit.register(Quantize, lambda operator, g: emit_quantize(g, operator))
emit.register(Add, lambda operator, g: emit_add(g, operator))
emit.register(MaxPool, lambda operator, g: emit_max_pool(g, operator))
emit.register(Average, lambda operator, g: emit_average(g, operator))
emit.register(Clamp, lambda operator, g: emit_clamp(g, operator))
emit.register(Alias, lambda operator, g: emit_alias(g, operator))
emit.register(Requantize, lambda operator, g: requantize_codes(g, operator.input.name, operator.input, operator.output))
