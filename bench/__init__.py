"""Measurements: paired ratios from one run, with the target beside them.  Nothing here is a test with a time limit."""
