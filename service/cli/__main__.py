"""`python -m service.cli`: the same program as `situguard`, also where the script is not on the path."""

from service.cli.main import app

app()
