"""A language model: embedding, two LSTM layers with dropout between them, tied weights, clipped gradients."""

import sys

import torch
from torch import nn

torch.manual_seed(0)
vocabulary, width, length, batch = 30, 32, 12, 8
text = torch.randint(0, vocabulary, (batch, 1)) + torch.arange(121)[None, :] * 7
text = text % vocabulary


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.2)
        self.encoder = nn.Embedding(vocabulary, width)
        self.rnn = nn.LSTM(width, width, 2, dropout=0.2, batch_first=True)
        self.decoder = nn.Linear(width, vocabulary)
        self.decoder.weight = self.encoder.weight
        nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)

    def forward(self, tokens, hidden):
        output, hidden = self.rnn(self.drop(self.encoder(tokens)), hidden)
        return self.decoder(self.drop(output)), hidden


model = Model()
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.003)
criterion = nn.CrossEntropyLoss()
hidden = (torch.zeros(2, batch, width), torch.zeros(2, batch, width))
for step in range(int(sys.argv[1])):
    start = step * length % 108
    tokens, targets = text[:, start : start + length], text[:, start + 1 : start + 1 + length]
    hidden = tuple(state.detach() for state in hidden)
    model.zero_grad()
    scores, hidden = model(tokens, hidden)
    loss = criterion(scores.reshape(-1, vocabulary), targets.reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)
    optimizer.step()
    print(f"{loss.item():.8g}")
