"""`make reload-race`: requests while the configuration changes as fast as changes are acknowledged."""
