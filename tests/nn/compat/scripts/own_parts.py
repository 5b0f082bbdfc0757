"""Parts of one's own: an operation, an optimizer, one around another (SAM), a schedule, a layer."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.lr_scheduler import LRScheduler
from torch.optim.optimizer import Optimizer


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        out = torch.zeros_like(x)
        out[x > 0] = 1.0
        return out

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output.clone() / (10 * torch.abs(x) + 1.0) ** 2


class Own(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["mean"] = torch.zeros_like(p, memory_format=torch.preserve_format)
                    state["square"] = torch.zeros_like(p)
                state["step"] += 1
                first, second = group["betas"]
                state["mean"].mul_(first).add_(p.grad, alpha=1 - first)
                state["square"].mul_(second).addcmul_(p.grad, p.grad, value=1 - second)
                rate = group["lr"] * math.sqrt(1 - second ** state["step"]) / (1 - first ** state["step"])
                p.data.addcdiv_(state["mean"], state["square"].sqrt().add_(group["eps"]), value=-rate)


class SAM(Optimizer):
    def __init__(self, params, base, rho=0.05, **options):
        super().__init__(params, dict(rho=rho, **options))
        self.base = base(self.param_groups, **options)
        self.param_groups = self.base.param_groups

    @torch.no_grad()
    def climb(self):
        norm = torch.norm(torch.stack([p.grad.norm(p=2) for g in self.param_groups for p in g["params"]]), p=2)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["old"] = p.data.clone()
                p.add_(p.grad * group["rho"] / (norm + 1e-12))
        self.zero_grad()

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.data = self.state[p]["old"]
        self.base.step()
        self.zero_grad()


class Warmup(LRScheduler):
    def get_lr(self):
        return [rate * (self.last_epoch + 1) / 5 for rate in self.base_lrs]


class Masked(nn.Linear):
    def __init__(self, i, o):
        super().__init__(i, o)
        self.register_buffer("mask", torch.tril(torch.ones(o, i)))

    def forward(self, x):
        return F.linear(x, self.mask * self.weight, self.bias)


torch.manual_seed(0)
x, y = torch.randn(64, 6), torch.randn(64, 2)
for kind in (Own, SAM):
    net = nn.Sequential(Masked(6, 12), nn.PReLU(), Masked(12, 2))
    net.apply(lambda m: nn.init.xavier_uniform_(m.weight) if isinstance(m, Masked) else None)
    optimizer = Own(net.parameters(), lr=1e-2) if kind is Own else SAM(net.parameters(), torch.optim.SGD, lr=0.05)
    schedule = Warmup(optimizer if kind is Own else optimizer.base)
    for _ in range(6):
        h = net[0](x)
        loss = F.mse_loss(net(x), y) + 0.1 * Spike.apply(h).mean()
        optimizer.zero_grad()
        loss.backward()
        if kind is SAM:
            optimizer.climb()
            (F.mse_loss(net(x), y) + 0.1 * Spike.apply(net[0](x)).mean()).backward()
        optimizer.step()
        schedule.step()
        print(loss.item(), *schedule.get_last_lr())
