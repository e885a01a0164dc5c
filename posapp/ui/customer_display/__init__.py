"""The second window, which the customer sees."""
