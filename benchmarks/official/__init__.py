"""The papers' own words, read from the user's own clone of a paper's repository. None of their text is in here."""
