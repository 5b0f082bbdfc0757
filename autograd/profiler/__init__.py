"""What a program takes: time and memory per operation and per module, forward and backward.

See `profile`; stands for `torch.profiler` and `torch.autograd.profiler`.
"""

from autograd.profiler.averages import AverageList, EventList, FunctionEventAvg, ModuleAverage, ModuleList
from autograd.profiler.event import FunctionEvent
from autograd.profiler.profile import profile, record_function, tensorboard_trace_handler
from autograd.profiler.schedule import ProfilerAction, ProfilerActivity, schedule, supported_activities

__all__ = [
    "AverageList",
    "EventList",
    "FunctionEvent",
    "FunctionEventAvg",
    "ModuleAverage",
    "ModuleList",
    "ProfilerAction",
    "ProfilerActivity",
    "profile",
    "record_function",
    "schedule",
    "supported_activities",
    "tensorboard_trace_handler",
]
