"""Names letter by letter: a lazy sampler, -1 where no letter is, a bag of words behind a mask."""

import torch
import torch.nn as nn
from torch.nn import functional as F
from torch.utils.data import Dataset
from torch.utils.data.dataloader import DataLoader

torch.manual_seed(3407)


class Names(Dataset):
    words = ("anna", "bob", "cid", "dora", "eve", "bea")

    def __len__(self):
        return len(self.words)

    def __getitem__(self, i):
        ix = torch.tensor([ord(c) - 96 for c in self.words[i]], dtype=torch.long)
        x, y = torch.zeros(6, dtype=torch.long), torch.zeros(6, dtype=torch.long)
        x[1 : 1 + len(ix)] = ix
        y[: len(ix)] = ix
        y[len(ix) + 1 :] = -1
        return x, y


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(27, 16)
        self.register_buffer("bias", torch.tril(torch.ones(6, 6)).view(1, 6, 6))
        self.start = nn.Parameter(torch.zeros(1, 16))
        self.mlp = nn.ModuleDict({"fc": nn.Linear(16, 32), "proj": nn.Linear(32, 27)})
        self.mlpf = lambda x: self.mlp.proj(F.tanh(self.mlp.fc(x))) if hasattr(self.mlp, "proj") else x

    def forward(self, idx, targets=None):
        b, t = idx.size()
        x = self.letters(idx) + self.start.expand((b, -1))[:, None, :]
        weights = torch.zeros(b, t, t).masked_fill(self.bias[:, :t, :t] == 0, float("-inf"))
        logits = self.mlpf(x + F.softmax(weights, dim=-1) @ x)
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.view(-1, 27), targets.view(-1), ignore_index=-1)


@torch.no_grad()
def generate(model, idx, steps):
    for _ in range(steps):
        logits = model(idx[:, -6:])[0][:, -1, :]
        threshold, _ = torch.topk(logits, 10)
        logits[logits < threshold[:, [-1]]] = -float("Inf")
        idx = torch.cat((idx, torch.multinomial(F.softmax(logits, dim=-1), num_samples=1)), dim=1)
    return idx


@torch.inference_mode()
def evaluate(model, data):
    x, y = next(iter(DataLoader(data, batch_size=6)))
    return f"{model(x, y)[1]:.6f}"


data, model = Names(), Bag()
sampler = torch.utils.data.RandomSampler(data, replacement=True, num_samples=int(1e10))
batches = iter(DataLoader(data, sampler=sampler, batch_size=4, pin_memory=False))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.01, betas=(0.9, 0.99), eps=1e-8)
for _ in range(10):
    x, y = next(batches)
    _, loss = model(x, y)
    model.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    print(loss.item())
print(evaluate(model, data))
print(*generate(model, torch.zeros(2, 1, dtype=torch.long), 4).view(-1).tolist())
