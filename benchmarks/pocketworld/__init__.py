"""Pocket World: a drawn toy world in which the truth is known.

It has twenty places, sixty-three objects, twenty signs, and a table that says which activity is unsafe where and why.
The harms are the four categories of MSSBench (Zhou et al. 2025, "Multimodal Situational Safety", section 3). Our own
code draws the scenes, so one object can change while everything else stays the same (as in CLEVR, Johnson et al. 2017).

The rooms, and what may import what::

    world          what exists and what is unsafe where
    drawing        scenes as pictures                        imports world
    sampling       situations, in balanced pairs and quads   imports world
    training       trains the embedded model                 imports the three above
    evaluation     measures it, and the benchmark itself     imports all of them

`world`, `drawing` and `sampling` know nothing of the guard: no agents, no service, no torch. `training` and
`evaluation` use the agents' prompts and findings, so that the model is trained and measured on what is served. The
rules of the world never take part in serving; they label training examples and score replies. import-linter checks all
of this (pyproject.toml).
"""
