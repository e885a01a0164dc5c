"""Painted building blocks shared by all screens; every colour is a token, every word comes in already translated."""
