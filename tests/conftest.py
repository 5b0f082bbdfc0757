"""What every test shares: assertions that explain themselves, and one Hypothesis profile."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.conformance")

settings.register_profile("numbagrad", deadline=None, derandomize=True)
settings.load_profile("numbagrad")
