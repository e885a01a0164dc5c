"""The till: an offline-first point of sale whose heart is the membership card."""
