"""Training of the embedded model: examples, mixture, trainer."""
