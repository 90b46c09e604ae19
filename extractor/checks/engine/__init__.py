"""Judging: proposals evaluated on intervals, the wrong ones gathered into findings, explained and weighed."""
