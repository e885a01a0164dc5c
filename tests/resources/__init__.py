"""Tests of the data files that ship in resources/."""
