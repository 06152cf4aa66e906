"""Three arms, for tests that run nothing."""

from __future__ import annotations

from benchmarks.harness.arms import Arm

RAW = Arm(name="plain", method="raw", unguarded=True, configuration="a")


SITUATIONAL = Arm(name="situational", method="situational", agents=("intent", "visual", "situation"))


CHAT = Arm(name="paper", method="mss-chat")


ARMS = (SITUATIONAL, RAW, CHAT)
