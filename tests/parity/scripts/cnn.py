"""A convnet with batch normalization and two kinds of dropout, trained by Adadelta on striped images."""

import sys

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.drop1 = nn.Dropout2d(0.25)
        self.drop2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(16 * 6 * 6, 32)
        self.fc2 = nn.Linear(32, 4)

    def forward(self, x):
        x = F.relu(self.norm(self.conv1(x)))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(self.drop1(x), 1)
        x = self.drop2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


torch.manual_seed(0)
targets = torch.arange(48) % 4
stripes = torch.sin(torch.arange(14.0)[None, :] * (targets[:, None] + 1))
images = stripes[:, None, None, :] + 0.3 * torch.randn(48, 1, 14, 14)
model = Net()
optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
model.train()
for _ in range(int(sys.argv[1])):
    optimizer.zero_grad(set_to_none=True)
    loss = F.nll_loss(model(images), targets)
    loss.backward()
    optimizer.step()
    print(f"{loss.item():.8g}")
