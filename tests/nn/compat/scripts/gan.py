"""Two networks against each other: weights initialised by class name, fakes detached, then used again."""

import torch
import torch.nn as nn
import torch.nn.parallel
import torch.optim as optim
import torch.utils.data
from torch.backends import cudnn

cudnn.benchmark = True
torch.manual_seed(0)


def initialize(m):
    name = m.__class__.__name__
    if name.find("Conv") != -1:
        torch.nn.init.normal_(m.weight, 0.0, 0.02)
    elif name.find("BatchNorm") != -1:
        torch.nn.init.normal_(m.weight, 1.0, 0.02)
        torch.nn.init.zeros_(m.bias)


def run(net, x):
    return nn.parallel.data_parallel(net, x, range(2)) if x.is_cuda or x.is_xpu else net(x)


generator = nn.Sequential(
    nn.ConvTranspose2d(5, 8, 4, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
    nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False), nn.Tanh(),
)  # fmt: skip
critic = nn.Sequential(
    nn.Conv2d(1, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(8, 1, 4, 1, 0, bias=False), nn.Sigmoid(), nn.Flatten(0),
)  # fmt: skip
generator.apply(initialize)
critic.apply(initialize)
criterion = nn.BCELoss()
optimizer_d = optim.Adam(critic.parameters(), lr=0.002, betas=(0.5, 0.999))
optimizer_g = optim.Adam(generator.parameters(), lr=0.002, betas=(0.5, 0.999))
for _ in range(5):
    critic.zero_grad()
    real = torch.ones(6, 1, 8, 8) * torch.linspace(-1, 1, 8)
    label = torch.full((6,), 1.0, dtype=real.dtype, device=real.device)
    loss_real = criterion(run(critic, real), label)
    loss_real.backward()
    fake = run(generator, torch.randn(6, 5, 1, 1))
    label.fill_(0)
    loss_fake = criterion(run(critic, fake.detach()), label)
    loss_fake.backward()
    optimizer_d.step()
    generator.zero_grad()
    label.fill_(1)
    loss_g = criterion(run(critic, fake), label)
    loss_g.backward()
    optimizer_g.step()
    print((loss_real + loss_fake).item(), loss_g.item())
