"""A training loop under torch.profiler, with a schedule, and under the older torch.autograd.profiler."""

import torch
import torch.autograd.profiler as profiler
import torch.nn as nn
from torch.profiler import ProfilerActivity, profile, record_function, schedule

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, targets = torch.randn(32, 8), torch.randn(32, 1)


def step():
    optimizer.zero_grad()
    with record_function("forward_and_loss"):
        loss = nn.functional.mse_loss(model(inputs), targets)
    loss.backward()
    optimizer.step()
    return loss.item()


def ready(prof):
    rows = {row.key: row for row in prof.key_averages()}
    print(rows["forward_and_loss"].count, rows["Optimizer.step#SGD.step"].count)
    assert "Self CPU" in prof.key_averages().table(sort_by="cpu_time_total", row_limit=10)


with profile(
    activities=[ProfilerActivity.CPU],
    schedule=schedule(wait=1, warmup=1, active=3, repeat=1),
    on_trace_ready=ready,
    record_shapes=True,
    profile_memory=True,
) as prof:
    for _ in range(6):
        print(step())
        prof.step()

with profiler.profile(record_shapes=True) as prof, profiler.record_function("again"):
    print(step())
rows = {row.key: row.count for row in prof.key_averages(group_by_input_shape=True)}
print(rows["again"], rows["forward_and_loss"])
