"""Pocket World: a drawn toy world in which the truth is known.

Twenty places, some sixty things, twenty signs and a table that says which activity is unsafe where and why, after the
four categories of MSSBench (Zhou et al. 2025, "Multimodal Situational Safety", section 3). Scenes are drawn by
our own code, so one object can be changed and nothing else (as CLEVR did for reasoning).

It does NOT know: any model, prompt, agent, method or HTTP. It imports nothing of the guard.
Its rules never take part in serving; they label training pictures and mark answers.
"""
