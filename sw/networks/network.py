# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""The plan as PyTorch modules: the float network with batch normalization, and the fake-quantized one."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from plan import FIXED_SCALES, IMAGE_SCALE, has_weights


def pixels_to_float(images):
    """uint8 [n, 3, 32, 32] to the float values that the codes stand for."""
    values = (images.float() - 128) * IMAGE_SCALE
    return values.contiguous(memory_format=torch.channels_last)


def key(name):
    """Module names may not hold dots."""
    return name.replace(".", "_")


def apply_step(step, inputs, weight=None, bias=None):
    """The float meaning of one step, before its ReLU."""
    if step.op == "conv":
        return F.conv2d(inputs[0], weight, bias, step.stride, step.pads)
    if step.op == "fc":
        return F.linear(inputs[0], weight, bias)
    if step.op == "add":
        return inputs[0] + inputs[1]
    if step.op == "average":
        return inputs[0].mean((2, 3))
    return inputs[0]  # image, requantize


class FloatNetwork(nn.Module):
    """Every convolution is followed by batch normalization."""

    def __init__(self, steps):
        super().__init__()
        self.steps = [step for step in steps if step.op != "requantize"]
        self.convs, self.norms = nn.ModuleDict(), nn.ModuleDict()
        for step in self.steps:
            if step.op == "conv":
                sizes = (step.in_channels, step.out_channels, step.kernel, step.stride, step.pads)
                self.convs[key(step.name)] = nn.Conv2d(*sizes, bias=False)
                self.norms[key(step.name)] = nn.BatchNorm2d(step.out_channels)
                nn.init.kaiming_normal_(self.convs[key(step.name)].weight, nonlinearity="relu")
        self.fc = nn.Linear(self.steps[-1].in_channels, self.steps[-1].out_channels)

    def forward(self, x):
        values = {"image": x}
        for step in self.steps[1:]:
            # A requantized tensor has no float meaning of its own: read its source.
            inputs = [values[name.removesuffix(".requantized")] for name in step.inputs]
            if step.op == "conv":
                y = self.norms[key(step.name)](self.convs[key(step.name)](inputs[0]))
            elif step.op == "fc":
                y = self.fc(inputs[0])
            else:
                y = apply_step(step, inputs)
            values[step.name] = F.relu(y) if step.relu else y
        return values["fc"]

    def folded(self):
        """Weight and bias per step name, batch normalization folded in."""
        result = {"fc": (self.fc.weight.detach(), self.fc.bias.detach())}
        for step in self.steps:
            if step.op == "conv":
                norm = self.norms[key(step.name)]
                gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                weight = self.convs[key(step.name)].weight * gain[:, None, None, None]
                result[step.name] = (weight.detach(), (norm.bias - norm.running_mean * gain).detach())
        return result


def round_to_grid(x, scale, low, high):
    return torch.clamp(torch.round(x / scale), low, high) * scale


def grid_gradients(gradient, x, scale, low, high):
    """Straight through for x inside the range; for the scale LSQ's, not yet summed."""
    v = x / scale
    inside = torch.where((v >= low) & (v <= high), gradient, 0.0)
    return inside, gradient * torch.clamp(torch.round(v), low, high) - inside * v


def summed_gradients(*arguments):
    inside, each = grid_gradients(*arguments)
    return inside, each.sum()


# One pass over memory each, instead of one per operation; compiled once per format and rank.
torch._dynamo.config.recompile_limit = 64
_round_fused = torch.compile(round_to_grid, dynamic=True)
_gradients_fused = torch.compile(summed_gradients, dynamic=True)


def flat(x):
    """A view of one dimension in memory's order, so that one compilation serves all shapes."""
    return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).reshape(-1)


def unflat(y, x):
    """Undoes flat."""
    if x.dim() != 4:
        return y.view(x.shape)
    n, c, h, w = x.shape
    return y.view(n, h, w, c).permute(0, 3, 1, 2)


class FakeQuantizeTensor(torch.autograd.Function):
    """Rounds a tensor to a grid of one scale [1]."""

    @staticmethod
    def forward(context, x, scale, low, high):
        context.save_for_backward(x, scale)
        context.limits = (low, high)
        return unflat(_round_fused(flat(x), scale, low, high), x)

    @staticmethod
    def backward(context, gradient):
        x, scale = context.saved_tensors
        inside, total = _gradients_fused(flat(gradient), flat(x), scale, *context.limits)
        return unflat(inside, x), total.reshape(1), None, None


class FakeQuantizeChannels(torch.autograd.Function):
    """Rounds weights to grids of one scale, or one per output channel, given in the weights' rank."""

    @staticmethod
    def forward(context, weight, scale, limit):
        context.save_for_backward(weight, scale)
        context.limit = limit
        return round_to_grid(weight, scale, -limit, limit)

    @staticmethod
    def backward(context, gradient):
        weight, scale = context.saved_tensors
        inside, each = grid_gradients(gradient, weight, scale, -context.limit, context.limit)
        return inside, each.sum_to_size(scale.shape), None


FRACTIONS = tuple(np.linspace(0.2, 1.0, 33))  # of a tensor's largest value, tried as its range


def best_scale(values, limits, fractions):
    """Per row of `values` [rows, n], of the scales max * fraction / high, that of the least squared error."""
    bound = values.abs().amax(1, keepdim=True).clamp_min(1e-6) / limits[1]
    best, least = bound.clone(), torch.full_like(bound, float("inf"))
    for fraction in fractions:
        scale = bound * float(fraction)
        error = (round_to_grid(values, scale, *limits) - values).square().mean(1, keepdim=True)
        best, least = torch.where(error < least, scale, best), torch.minimum(error, least)
    return best[:, 0]


class QuantizedNetwork(nn.Module):
    """All tensors of the plan fake-quantized; scales are learned as logarithms."""

    def __init__(self, steps, parameters, fractions=FRACTIONS):
        super().__init__()
        self.steps, self.fractions = steps, fractions
        self.scale_names = {step.name: step.scale_name for step in steps}
        self.weights, self.biases, self.weight_logs, self.logs = (nn.ParameterDict() for _ in range(4))
        for step in steps:
            if step.scale_name == step.name:
                fixed = step.name in FIXED_SCALES
                start = torch.tensor([FIXED_SCALES.get(step.name, 1.0)], dtype=torch.float32).log()
                self.logs[key(step.name)] = nn.Parameter(start, requires_grad=not fixed)
            if has_weights(step):
                weight, bias = (value.clone() for value in parameters[step.name])
                limits = (-step.weight_limit, step.weight_limit)
                scale = best_scale(weight.reshape(step.weight_scales, -1), limits, fractions)
                self.weights[key(step.name)] = nn.Parameter(weight)
                self.biases[key(step.name)] = nn.Parameter(bias)
                self.weight_logs[key(step.name)] = nn.Parameter(scale.log())

    def scale(self, name):
        return self.logs[key(self.scale_names[name])].exp()

    def weight_scale(self, step):
        return self.weight_logs[key(step.name)].exp()

    def rounded_parameters(self, step):
        """Fake-quantized weight, and bias on the accumulator's grid."""
        weight, scale = self.weights[key(step.name)], self.weight_scale(step)
        shaped = scale.reshape(-1, *[1] * (weight.dim() - 1))
        rounded = FakeQuantizeChannels.apply(weight, shaped, float(step.weight_limit))
        bias, unit = self.biases[key(step.name)], (scale * self.scale(step.inputs[0])).detach()
        return rounded, bias + (torch.round(bias / unit) * unit - bias).detach()

    def forward(self, x, calibrate=False):
        values = {}
        for step in self.steps:
            inputs = [values[name] for name in step.inputs] if step.inputs else [x]
            y = apply_step(step, inputs, *(self.rounded_parameters(step) if has_weights(step) else ()))
            if calibrate and step.scale_name == step.name and step.name not in FIXED_SCALES:
                self.calibrate(step, F.relu(y) if step.relu else y)
            low, high = (float(limit - step.format.zero_point) for limit in (step.format.low, step.format.high))
            values[step.name] = FakeQuantizeTensor.apply(y, self.scale(step.name), low, high)
        return values["fc"]

    @torch.no_grad()
    def calibrate(self, step, y):
        sample = y.flatten()[:: max(1, y.numel() // 200_000)]
        limits = (step.format.low, step.format.high)
        self.logs[key(step.name)].copy_(best_scale(sample[None], limits, self.fractions).log())

    def parameters_by_step(self):
        return {step.name: (self.weights[key(step.name)].detach(), self.biases[key(step.name)].detach())
                for step in self.steps if has_weights(step)}

    @torch.no_grad()
    def integers(self):
        """What is exported: float32 scales, weight codes int8, bias codes int32, by tensor name."""
        result = {}
        for step in self.steps:
            scale = self.scale(step.name).float().numpy()
            scale = np.float32(FIXED_SCALES.get(step.name, scale[0]))
            result[f"{step.name}/scale"] = scale
            if has_weights(step):
                weight, wscale = self.weights[key(step.name)].numpy(), self.weight_scale(step).float().numpy()
                codes = np.rint(weight / wscale.reshape(-1, *[1] * (weight.ndim - 1)))
                unit = result[f"{step.inputs[0]}/scale"] * wscale
                result[f"{step.name}/weight_scale"] = wscale
                result[f"{step.name}/weight"] = codes.clip(-step.weight_limit, step.weight_limit).astype(np.int8)
                result[f"{step.name}/bias"] = np.rint(self.biases[key(step.name)].numpy() / unit).astype(np.int32)
        return result
