"""The checkout screen: frozen display state, intents, presenter and view (ux.md §3-§7)."""
