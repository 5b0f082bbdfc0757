"""Model-agnostic meta-learning, then gradients of single samples and an ensemble."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, hessian, stack_module_state, vmap

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 20), nn.ReLU(), nn.Linear(20, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)


def task():
    size, phase = torch.rand(1) * 4.9 + 0.1, torch.rand(1) * math.pi
    x = torch.rand(20, 1) * 10 - 5
    y = size * torch.sin(x + phase)
    return x[:10], y[:10], x[10:], y[10:]


for _ in range(5):
    total = 0
    for _ in range(3):
        x, y, more_x, more_y = task()
        fast = dict(net.named_parameters())
        for _ in range(2):
            loss = F.mse_loss(functional_call(net, fast, (x,)), y)
            slopes = torch.autograd.grad(loss, fast.values(), create_graph=True)
            fast = {name: p - 0.01 * g for (name, p), g in zip(fast.items(), slopes)}
        total = total + F.mse_loss(functional_call(net, fast, more_x), more_y)
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    print(total.item())

model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
x, y = torch.randn(5, 4), torch.randint(3, (5,))
parameters = {name: p.detach() for name, p in model.named_parameters()}


def one_loss(parameters, sample, target):
    out = functional_call(model, parameters, (sample.unsqueeze(0),))
    return F.cross_entropy(out, target.unsqueeze(0))


for g in vmap(grad(one_loss), in_dims=(None, 0, 0))(parameters, x, y).values():
    print(*g.flatten(1).norm(dim=1).tolist())

models = [nn.Linear(4, 2) for _ in range(3)]
stacked, buffers = stack_module_state(models)
outputs = vmap(lambda p, b, x: functional_call(models[0], (p, b), (x,)), in_dims=(0, 0, None))(stacked, buffers, x)
print(*outputs.flatten().tolist())
print(*hessian(lambda w: (w.tanh() ** 2).sum())(torch.tensor([0.3, -1.0])).flatten().tolist())
