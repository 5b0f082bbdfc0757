"""A variational autoencoder with Adam: noise drawn in every step, binary cross entropy summed."""

import sys

import torch
from torch import nn, optim
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 48)
        self.fc21 = nn.Linear(48, 6)
        self.fc22 = nn.Linear(48, 6)
        self.fc3 = nn.Linear(6, 48)
        self.fc4 = nn.Linear(48, 64)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        z = mu + torch.randn_like(logvar) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar


torch.manual_seed(0)
data = (torch.rand(128, 1) > torch.linspace(0, 1, 64)).float()
model = VAE()
optimizer = optim.Adam(model.parameters(), lr=3e-3)
for _ in range(int(sys.argv[1])):
    optimizer.zero_grad()
    reconstruction, mu, logvar = model(data)
    bce = F.binary_cross_entropy(reconstruction, data, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    loss = bce + kld
    loss.backward()
    optimizer.step()
    print(f"{loss.item() / len(data):.8g}")
