"""What comes out on paper: laid-out rows, the queue that survives a restart, and the thread that prints it."""
