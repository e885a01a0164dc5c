"""A till that sells for an hour in its window, synced to a real server: keys to paint, gaps of the loop, memory."""
