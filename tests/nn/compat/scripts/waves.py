"""Continue sine waves: cells in float64 unrolled over time, LBFGS with a closure."""

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.linear = nn.LSTMCell(1, 8), nn.LSTMCell(8, 8), nn.Linear(8, 1)

    def forward(self, series, future=0):
        outputs = []
        states = [torch.zeros(series.size(0), 8, dtype=torch.double) for _ in range(4)]
        h1, c1, h2, c2 = states
        for value in series.split(1, dim=1):
            h1, c1 = self.first(value, (h1, c1))
            h2, c2 = self.second(h1, (h2, c2))
            outputs += [self.linear(h2)]
        for _ in range(future):
            h1, c1 = self.first(outputs[-1], (h1, c1))
            h2, c2 = self.second(h1, (h2, c2))
            outputs += [self.linear(h2)]
        return torch.cat(outputs, dim=1)


torch.manual_seed(0)
phase = np.arange(6)[:, None] * 3.1
data = np.sin((np.arange(40)[None, :] + phase) / 4.0).astype("float64")
inputs, target = torch.from_numpy(data[2:, :-1]), torch.from_numpy(data[2:, 1:])
model = Sequence().double()
criterion = nn.MSELoss()
optimizer = optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)
for _ in range(2):

    def closure():
        optimizer.zero_grad()
        loss = criterion(model(inputs), target)
        print(loss.item())
        loss.backward()
        return loss

    optimizer.step(closure)
with torch.no_grad():
    forecast = model(inputs, future=10)
    print(criterion(forecast[:, :-10], target).item(), forecast.detach().numpy()[:, -1].sum())
