"""Graph convolution by sparse products, and graph attention by dense masks, on two rings of nodes."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Convolution(nn.Module):
    def __init__(self, wide, narrow):
        super().__init__()
        self.kernel = nn.Parameter(torch.Tensor(wide, narrow))
        nn.init.xavier_normal_(self.kernel)

    def forward(self, x, adjacency):
        return torch.spmm(adjacency, torch.mm(x, self.kernel))


class Attention(nn.Module):
    def __init__(self, wide, narrow, heads):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size=(heads, wide, narrow)))
        self.pair = nn.Parameter(torch.empty(size=(heads, 2 * narrow, 1)))
        nn.init.xavier_normal_(self.weight)
        nn.init.xavier_normal_(self.pair)
        self.narrow = narrow

    def forward(self, x, adjacency):
        h = torch.matmul(x, self.weight)
        left, right = h @ self.pair[:, : self.narrow], h @ self.pair[:, self.narrow :]
        e = F.leaky_relu(left + right.mT, 0.2)
        e = torch.where(adjacency > 0, e, -9e16 * torch.ones_like(e))
        weights = F.dropout(F.softmax(e, dim=-1), 0.2, training=self.training)
        return torch.matmul(weights, h).permute(1, 0, 2).reshape(len(x), -1)


torch.manual_seed(0)
count = 16
edges = np.array([(i, i // 8 * 8 + (i + 1) % 8) for i in range(count)], dtype=np.int32)
ring = torch.sparse_coo_tensor(edges.T, torch.ones(count), (count, count), dtype=torch.int64)
dense = torch.eye(count) + ring
dense = ((dense + dense.t()) > 0).float()
scale = torch.pow(dense.sum(1), -0.5)
scale[scale == float("inf")] = 0.0
degrees = torch.diag(scale).to_sparse()
normal = (degrees @ dense @ degrees).to_sparse()
features, labels = torch.randn(count, 6), torch.arange(count) // 8
chosen = torch.tensor([0, 3, 9, 14])

first, second = Convolution(6, 8), Convolution(8, 2)
optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.05, weight_decay=5e-4)
for _ in range(10):
    optimizer.zero_grad()
    output = F.log_softmax(second(F.dropout(F.relu(first(features, normal)), 0.3), normal), dim=1)
    loss = F.nll_loss(output[chosen], labels[chosen])
    loss.backward()
    optimizer.step()
    print(loss.item())
print(((output.argmax(1) == labels).float().sum() / len(labels)).item())

layer = Attention(6, 2, 3)
head = nn.Linear(6, 2)
optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.05)
for _ in range(5):
    optimizer.zero_grad()
    loss = F.cross_entropy(head(F.elu(layer(features, dense))), labels)
    loss.backward()
    optimizer.step()
    print(loss.item())
