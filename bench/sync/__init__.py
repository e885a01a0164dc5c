"""The road between till and server, measured part by part; each is a command of its own."""
