"""Training on labelled pairs: a VRFT-style recipe, probes on hidden states, and refusal heads.

It makes checkpoints and files for the local engine, and is no part of serving. It stands among the benchmarks because
training knows what they know: which side of a pair is safe, and what a pair is. It uses the agents' prompts and the
engine's own way to make a prompt, so that a model is trained on what is served, and it knows nothing of the service.

    rows         the data format, read and checked           examples    rows as token ids, loss on the target alone
    splits       train, validation and test, by scene        lora        adapters on the language model, merged
    targets      evidence first, in four steps               recipe      the VRFT-style recipe
    states       hidden states of labelled pairs             probe       a linear probe on them, with its controls
    head         an output layer tuned on warnings           pocketworld  pairs of Pocket World in that format
    replies      what a checkpoint says to pairs             cli         the command `situguard-train`
"""
