"""Real baskets, rung up through the same use cases as the window, on many tills that are offline now and then."""
