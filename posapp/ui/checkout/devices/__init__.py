"""The devices of a till and the people who work at it, as the window shows and changes them."""
