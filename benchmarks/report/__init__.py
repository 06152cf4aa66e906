"""The report of a finished run: numbers, figures, one offline page and CSV files. It knows no model and no proxy."""
