"""How the ledger travels from tills to a server and back, and the server that it travels to."""
