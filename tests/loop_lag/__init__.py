"""How long requests of any shape hold the proxy's event loop, and how much memory they take: `make loop-lag`."""
