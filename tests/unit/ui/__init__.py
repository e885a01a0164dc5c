"""Unit tests of posapp.ui."""
