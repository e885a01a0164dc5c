"""The real window, driven by keys and looked at, without a display."""
