"""The whole product at once: real processes, a real window, a real network that goes away."""
