"""The report of a run: numbers, figures, one offline page and CSV. It measures nothing and asks nobody."""
