# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Random quantized networks: operators one by one, each with scales that suit the codes so far, then whole shapes."""

from __future__ import annotations

import typing

import numpy as np

import choose
from choose import Style, pick
from network import LIMITS, Add, Affine, Alias, Average, Clamp, Conv, MaxPool, Network, Quantize, Requantize, Tensor
from network import Window, sums, windows_of


class Target(typing.NamedTuple):
    """What an operator writes: codes of a type, meant to fill the range of `aim`, 4 bits where a Clip follows."""

    type: str
    aim: str


class Builder:
    """Adds operators to a network. `style` and the choices below hold for the whole network."""

    def __init__(self, name: str, rng: np.random.Generator):
        self.rng = rng
        self.network = Network(name)
        self.style = Style(dyadic=rng.random() < 0.5, base=int(rng.integers(-9, 3)), wide=rng.random() < 0.06)
        self.bits = pick(rng, "w8a8", "w8a8", "w8a8", "w4a8", "w4a8", "w4a4", "w4a4", "mixed", "mixed")
        self.form = pick(rng, "integer", "integer", "integer", "qdq", "qdq", "mixed")
        self.narrow_form = pick(rng, "clip", "qcdq", "type")  # how 4-bit activations are spelled
        self.sign = pick(rng, "", "u")  # of activations
        self.both_signs = rng.random() < 0.2
        self._count: dict[str, int] = {}
        self._prefix = pick(rng, "", "", "layer1.0.")
        self.feature("dyadic scales" if self.style.dyadic else "random scales")
        if self.style.wide:
            self.feature("scales over many magnitudes")

    def feature(self, name: str) -> None:
        self.network.features.add(name)

    def name(self, kind: str) -> str:
        self._count[kind] = self._count.get(kind, 0) + 1
        return f"{self._prefix}{kind}{self._count[kind]}"

    def operator_form(self, *tensors: Tensor) -> str:
        """Codes of 4-bit types cannot be read by integer operators."""
        if any(tensor.type in ("int4", "uint4") or tensor.hidden for tensor in tensors):
            return "qdq"
        return pick(self.rng, "integer", "qdq") if self.form == "mixed" else self.form

    def weight_bits(self) -> int:
        return {"w8a8": 8, "mixed": pick(self.rng, 4, 8)}.get(self.bits, 4)

    def wants_narrow(self) -> bool:
        return self.bits == "w4a4" or (self.bits == "mixed" and self.rng.random() < 0.5)

    def result(self, name: str, type: str, affine: Affine, codes: np.ndarray) -> Tensor:
        return Tensor(f"{name}_out", type, affine, codes, *LIMITS[type])

    def target(self, form: str, storage: str) -> Target:
        """4-bit types exist in QDQ form alone."""
        if not self.wants_narrow():
            return Target(storage, storage)
        narrow = storage.replace("8", "4")
        if self.narrow_form == "type":
            return Target(narrow, narrow) if form == "qdq" else Target(storage, storage)
        return Target(storage, narrow)

    def sign_of(self, form: str, x: Tensor) -> str:
        """Mostly the input's; another one exists in QDQ form."""
        if form == "qdq" and self.both_signs and self.rng.random() < 0.4:
            self.feature("input and output of different signs")
            return "uint8" if x.storage == "int8" else "int8"
        return x.storage

    def clamped(self, output: Tensor, form: str) -> None:
        """Relu or Clip of QDQ form, between the operator and its QuantizeLinear."""
        least, most = LIMITS[output.type]
        if form != "qdq" or self.rng.random() > 0.4:
            return
        if self.rng.random() < 0.6 and output.affine.zero_point < most:
            output.low = output.affine.zero_point
        else:
            output.low = int(self.rng.integers(least, (least + most) // 2 + 1))
            output.high = int(self.rng.integers(output.low + 1, most + 1))
        if not output.holds_zero_point:
            output.low, output.high = least, most
        output.codes = np.clip(output.codes, output.low, output.high)

    def finished(self, output: Tensor, target: Target) -> Tensor:
        """Where activations are 4-bit codes spelled with a Clip, it follows."""
        self.seen(output)
        if target.aim == target.type:
            return output
        name = self.name("narrow")
        low, high = LIMITS[target.aim]
        low, high = max(low, output.low), min(high, output.high)
        if low >= high:
            return output
        narrow = Tensor(f"{name}_out", output.type, output.affine, np.clip(output.codes, low, high), low, high)
        self.network.operators.append(Clamp("integer", name, output, narrow))
        return self.seen(narrow)

    def seen(self, output: Tensor) -> Tensor:
        if output.narrow:
            form = {"int4": "INT4 type", "uint4": "UINT4 type"}.get(output.type, self.narrow_form)
            self.feature(f"4-bit activations: {form}")
        return output

    def output_affine(self, aim: str, scale: np.float32) -> Affine:
        return Affine(scale, choose.zero_point(self.rng, aim))

    def input(self, shape: tuple[int, ...], images: int) -> Tensor:
        """A float input and its QuantizeLinear, or codes."""
        name = self.name("input")
        target = self.target("qdq", f"{self.sign}int8")
        affine = self.output_affine(target.aim, choose.activation_scale(self.rng, self.style))
        low, high = LIMITS[target.aim]
        codes = np.rint(self.rng.normal((low + high) / 2, (high - low) / 3, (images, *shape)))
        if target.type.endswith("8") and self.rng.random() < 0.4:
            self.feature(f"input of {target.type} codes")
            codes = np.clip(codes, *LIMITS[target.type]).astype(np.int64)
            self.network.inputs[name] = codes.astype(target.type)
            return self.finished(Tensor(name, target.type, affine, codes, *LIMITS[target.type]), target)
        self.feature("float input")
        off = pick(self.rng, 0, 0.5, self.rng.uniform(-0.5, 0.5))
        values = ((codes - affine.zero_point + off) * np.float64(affine.scale)).astype(np.float32)
        self.network.inputs[name] = values
        output = self.result(name, target.type, affine, choose.quantized(values, affine, *LIMITS[target.type]))
        self.network.operators.append(Quantize(name, output))
        return self.finished(output, target)

    def conv(self, x: Tensor, channels: int, window: Window, kind: str = "conv") -> Tensor:
        """Convolution or fully connected; the last of its outputs if it has two."""
        rng = self.rng
        form = self.operator_form(x)
        name = self.name({"conv": "conv"}.get(kind, "fc"))
        bits = self.weight_bits()
        shape = (channels, *x.shape) if kind != "conv" else (channels, x.shape[0], *window.kernel)
        weights = choose.random_weights(rng, x, shape, bits, form)
        accumulators = sums(x, weights.values, window)
        conv = Conv(form, name, kind, x, [], weights, None, window)
        if kind == "gemm" and form == "integer" and rng.random() < 0.5:
            conv.alpha = pick(rng, 0.5, 2.0, 1.5, 0.3)
            self.feature("QGemm with alpha")
        target = self.target(form, self.sign_of(form, x))
        affine = self.output_affine(target.aim, choose.activation_scale(rng, self.style))
        output = Tensor(f"{name}_out", target.type, affine, accumulators, *LIMITS[target.type])
        self.quantize_sums(conv, accumulators, output, target.aim)
        if form == "qdq" and rng.random() < 0.15:
            target = self.second_output(conv, accumulators)
        self.network.operators.append(conv)
        self.conv_features(conv)
        return self.finished(conv.outputs[-1], target)

    def quantize_sums(self, conv: Conv, accumulators: np.ndarray, output: Tensor, aim: str) -> None:
        """Sets scales and bias of `conv`, which writes `output`, by the sums."""
        rng = self.rng
        axes = (0, *range(2, accumulators.ndim))
        deviations = accumulators.std(axis=axes)
        weights = conv.weights
        if len(weights.scales) == 1:
            deviations = np.array([np.median(deviations)])
        wanted = choose.multipliers(rng, self.style, deviations, choose.code_deviation(rng, aim))
        x = Affine(np.float32(conv.alpha) * conv.input.affine.scale, conv.input.affine.zero_point)
        weights.scales = choose.weight_scales(rng, self.style, wanted, x, output.affine)
        actual = np.float64(x.scale) * weights.scales.astype(np.float64) / np.float64(output.affine.scale)
        if conv.kind != "matmul" and rng.random() < 0.8:
            conv.bias = choose.random_bias(rng, accumulators, actual, output.affine.zero_point, LIMITS[aim])
            if conv.form == "qdq" and rng.random() < 0.4:
                self.make_bias_float(conv)
            if np.abs(conv.bias).max() > 2**24:
                self.feature("accumulators beyond 2^24")
        self.set_codes(conv, accumulators, output)

    def make_bias_float(self, conv: Conv) -> None:
        """Not quite a multiple of its scale; the network's own is the code that it rounds to."""
        scales = np.float32(conv.input.affine.scale) * conv.weights.scales
        offset = self.rng.uniform(-0.4, 0.4, len(conv.bias))
        conv.float_bias = ((conv.bias + offset) * scales.astype(np.float64)).astype(np.float32)
        conv.bias = np.rint(conv.float_bias / scales).astype(np.int64)

    def set_codes(self, conv: Conv, accumulators: np.ndarray, output: Tensor) -> None:
        shape = (-1, *(1,) * (accumulators.ndim - 2))
        bias = 0 if conv.bias is None else conv.bias.reshape(shape)
        scales = conv.weights.scales.astype(np.float64).reshape(shape)
        real = (accumulators + bias) * (scales * np.float64(conv.input.affine.scale) * conv.alpha)
        output.codes = choose.quantized(real, output.affine, output.low, output.high)
        ties = int((np.abs(real / np.float64(output.affine.scale)) % 1 == 0.5).sum())
        if ties:
            self.feature("ties")
            self.network.ties += ties
        self.clamped(output, conv.form)
        conv.outputs.append(output)

    def second_output(self, conv: Conv, accumulators: np.ndarray) -> Target:
        """The same sums quantized in another way too."""
        first = conv.outputs[0]
        target = self.target(conv.form, self.sign_of(conv.form, conv.input))
        type = target.type
        ratio = pick(self.rng, 0.5, 2.0, 1.25) * (16 if target.aim.endswith("4") and not first.type.endswith("4") else 1)
        affine = self.output_affine(target.aim, choose.scale_near(self.rng, self.style, float(first.affine.scale) * ratio))
        self.set_codes(conv, accumulators, Tensor(f"{conv.name}_second", type, affine, accumulators, *LIMITS[type]))
        self.feature("sums quantized twice")
        return target

    def conv_features(self, conv: Conv) -> None:
        weights, window = conv.weights, conv.window
        narrow = weights.values.min() >= -8 and weights.values.max() <= 7
        operator = {"conv": "Conv", "gemm": "Gemm", "matmul": "MatMul"}[conv.kind]
        integer = {"conv": "QLinearConv", "gemm": "QGemm", "matmul": "QLinearMatMul"}[conv.kind]
        self.feature(integer if conv.form == "integer" else f"{operator} in QDQ form")
        self.feature(f"w{4 if narrow else 8}a{4 if conv.input.narrow else 8} convolution")
        self.feature(f"{weights.type} weights")
        self.feature("per-channel weight scales" if len(weights.scales) > 1 else "per-tensor weight scale")
        middle = sum(LIMITS[weights.type]) + 1
        if np.any(2 * weights.zero_points != middle):
            self.feature("weight zero points" + (" per channel" if len(weights.scales) > 1 else ""))
        if conv.kind == "conv":
            kernel_height, kernel_width = window.kernel
            self.feature(f"kernel {kernel_height}x{kernel_width}" if kernel_height == kernel_width else "kernel not square")
            self.feature(f"stride {max(window.strides)}")
            self.window_features(window)

    def window_features(self, window: Window) -> None:
        top, left, bottom, right = window.pads
        if window.strides[0] != window.strides[1]:
            self.feature("strides not square")
        if (top, left) != (bottom, right):
            self.feature("asymmetric pads")

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        form = self.operator_form(a, b)
        name = self.name("add")
        real = a.reals() + b.reals()
        target = self.target(form, a.storage)
        wanted = max(float(real.std()), 1e-30) / choose.code_deviation(self.rng, target.aim)
        largest = max(float(a.affine.scale), float(b.affine.scale))
        wanted = min(max(wanted, largest / 64), largest * 1024)
        scale = choose.scale_near(self.rng, self.style, wanted, odd=(1, 3, 5, 6, 7))
        affine = self.output_affine(target.aim, scale)
        output = self.result(name, target.type, affine, choose.quantized(real, affine, *LIMITS[target.type]))
        self.clamped(output, form)
        self.network.operators.append(Add(form, name, a, b, output))
        self.feature("QLinearAdd" if form == "integer" else "Add in QDQ form")
        self.add_features(a, b)
        return self.finished(output, target)

    def add_features(self, a: Tensor, b: Tensor) -> None:
        written = {tensor.name for operator in self.network.operators if isinstance(operator, Conv)
                   for tensor in operator.outputs}
        kinds = ["conv" if tensor.name in written else "other" for tensor in (a, b)]
        self.feature(f"add of {kinds[0]} and {kinds[1]}")
        self.feature("add of equal scales" if a.affine.scale == b.affine.scale else "add of unequal scales")

    def max_pool(self, x: Tensor, window: Window) -> Tensor:
        form = self.operator_form(x)
        name = self.name("pool")
        codes = windows_of(x.codes, window, int(x.codes.min())).max(axis=(-1, -2))
        if form == "qdq" and self.rng.random() < 0.15:
            self.feature("MaxPool that requantizes")
            real = (codes - x.affine.zero_point) * np.float64(x.affine.scale)
            affine = self.rescaled(x, x.type)
            output = self.result(name, x.type, affine, choose.quantized(real, affine, *LIMITS[x.type]))
        else:
            output = Tensor(f"{name}_out", x.type, x.affine, codes, x.low, x.high)
        self.network.operators.append(MaxPool(form, name, x, output, window))
        self.feature("MaxPool on codes" if form == "integer" else "MaxPool in QDQ form")
        if any(window.pads):
            self.feature("MaxPool with pads")
        self.window_features(window)
        return self.seen(output)

    def rescaled(self, x: Tensor, aim: str) -> Affine:
        ratio = pick(self.rng, 0.5, 2.0, 3.0, 1 / 3, 1.0, self.rng.uniform(0.4, 2.5))
        if not choose.is_dyadic(x.affine.scale):
            # A tie whose direction the rounding of code * scale decides, code by code, is no machine's multiplication.
            ratio *= self.rng.uniform(1.02, 1.2)
        bits = [4 if narrow else 8 for narrow in (x.narrow, aim.endswith("4"))]
        return self.output_affine(aim, np.float32(float(x.affine.scale) * ratio * 2.0 ** (bits[0] - bits[1])))

    def requantize(self, x: Tensor, storage: str = "") -> Tensor:
        name = self.name("requantize")
        target = self.target("qdq", storage or pick(self.rng, "int8", "uint8"))
        affine = self.rescaled(x, target.aim)
        codes = choose.quantized(x.reals(), affine, *LIMITS[target.type])
        output = self.result(name, target.type, affine, codes)
        self.clamped(output, "qdq")
        self.network.operators.append(Requantize(name, x, output))
        self.feature("DequantizeLinear to QuantizeLinear" + ("" if x.storage == output.storage else ", other sign"))
        return self.finished(output, target)

    def clamp(self, x: Tensor) -> Tensor:
        form = self.operator_form(x)
        name = self.name("clip")
        output = Tensor(f"{name}_out", x.type, x.affine, x.codes, x.low, x.high)
        if form == "qdq":
            output.low = max(x.low, min(x.affine.zero_point, x.high - 1))
            output.high = LIMITS[x.type][1] if x.high == LIMITS[x.type][1] else x.high
        elif x.type == "int8" and x.high == 127 and self.rng.random() < 0.5 and x.low < 0:
            output.low = 0
        else:
            output.low = int(self.rng.integers(x.low, (x.low + x.high) // 2 + 1))
            output.high = int(self.rng.integers(output.low + 1, x.high + 1))
            self.feature("Clip on codes")
        if not output.holds_zero_point:
            output.low, output.high = x.low, x.high
        output.codes = np.clip(x.codes, output.low, output.high)
        self.network.operators.append(Clamp(form, name, x, output))
        return self.seen(output)

    def alias(self, x: Tensor, operator: str, flat: bool = True, hidden: bool = False) -> Tensor:
        form = "qdq" if hidden else self.operator_form(x)
        name = self.name(operator.lower())
        codes = x.codes.reshape(len(x.codes), -1) if flat else x.codes
        output = Tensor(f"{name}_out", x.type, x.affine, codes, x.low, x.high, hidden)
        self.network.operators.append(Alias(form, name, x, output, operator))
        self.feature(f"{operator} {'in QDQ form' if form == 'qdq' else 'on codes'}")
        return output

    def average(self, x: Tensor) -> Tensor:
        """Over the image; flat if the operator does that."""
        form = self.operator_form(x)
        name = self.name("average")
        real = x.reals().mean(axis=(2, 3), keepdims=True)
        qdq = ("GlobalAveragePool", "ReduceMean")
        operator = pick(self.rng, *(qdq if form == "qdq" else ("QLinearGlobalAveragePool", "QLinearAveragePool")))
        flat = operator == "ReduceMean" and self.rng.random() < 0.5
        target = self.target(form, x.storage)
        wanted = float(real.std()) / choose.code_deviation(self.rng, target.aim)
        wanted = max(wanted, float(x.affine.scale) / 16)  # the runtime's multiplier must stay below 256
        affine = self.output_affine(target.aim, choose.scale_near(self.rng, self.style, wanted))
        real = real.reshape(real.shape[:2]) if flat else real
        output = self.result(name, target.type, affine, choose.quantized(real, affine, *LIMITS[target.type]))
        self.clamped(output, form)
        self.network.operators.append(Average(form, name, x, output, operator))
        self.feature(operator if form == "integer" else f"{operator} in QDQ form")
        return self.finished(output, target)
