"""Other engines, each run in an environment of its own that the benchmark installs."""
