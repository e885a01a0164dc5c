"""The windows of the till: a folder a screen (state, presenter, view) on shared tokens, words and widgets."""
