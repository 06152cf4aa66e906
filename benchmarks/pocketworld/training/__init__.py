"""Training of the embedded model: examples, mixture, trainer. Knows nothing of how the model is evaluated."""
