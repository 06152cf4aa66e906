"""Other guards: what each needs, installed into an environment of its own, and the few lines that start it."""
