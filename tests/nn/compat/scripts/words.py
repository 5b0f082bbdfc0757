"""A language model whose cell is chosen by name: RNN layers or a Transformer, plain updates, sampled words."""

import math
import sys

import torch
import torch.nn as nn


class RNNModel(nn.Module):
    def __init__(self, kind, words, width):
        super().__init__()
        self.encoder = nn.Embedding(words, width)
        self.rnn = getattr(nn, kind)(width, width, 2, dropout=0.1)
        self.decoder = nn.Linear(width, words)
        self.decoder.weight = self.encoder.weight
        nn.init.uniform_(self.encoder.weight, -0.1, 0.1)

    def forward(self, source, hidden):
        output, hidden = self.rnn(self.encoder(source), hidden)
        return nn.functional.log_softmax(self.decoder(output).view(-1, 15), dim=1), hidden


class TransformerModel(nn.Transformer):
    def __init__(self, words, width):
        super().__init__(d_model=width, nhead=2, dim_feedforward=32, num_encoder_layers=1, num_decoder_layers=1)
        self.embedding, self.scores = nn.Embedding(words, width), nn.Linear(width, words)

    def forward(self, source):
        mask = torch.log(torch.tril(torch.ones(len(source), len(source))))
        output = self.encoder(self.embedding(source) * math.sqrt(self.d_model), mask=mask)
        return nn.functional.log_softmax(self.scores(output), dim=-1).view(-1, 15)


def detached(hidden):
    if isinstance(hidden, torch.Tensor):
        return hidden.detach()
    return tuple(detached(part) for part in hidden)


def train(kind):
    torch.manual_seed(0)
    text = (torch.arange(200) * 7 % 15).view(4, -1).t().contiguous()
    model = TransformerModel(15, 16) if kind == "Transformer" else RNNModel(kind, 15, 16)
    model.train()
    criterion, hidden = nn.NLLLoss(), None
    for start in range(0, 40, 10):
        source, target = text[start : start + 10], text[start + 1 : start + 11].reshape(-1)
        model.zero_grad()
        if kind == "Transformer":
            output = model(source)
        else:
            hidden = None if hidden is None else detached(hidden)
            output, hidden = model(source, hidden)
        loss = criterion(output, target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        for p in model.parameters():
            if p.grad is not None:
                p.data.add_(p.grad, alpha=-1.0)
        print(loss.item())
    model.eval()
    with torch.no_grad():
        word = torch.randint(15, (1, 1), dtype=torch.long)
        output = model(word) if kind == "Transformer" else model(word, None)[0]
        chosen = torch.multinomial(output.squeeze().div(1.0).exp().cpu(), 1)[0]
        word.fill_(chosen)
        print(list(range(15))[chosen], word.item())


for kind in sys.argv[1:] or ["LSTM", "GRU", "Transformer"]:
    train(kind)
