"""Learned models: text in, labels out. Knows nothing of reports, files or databases."""
