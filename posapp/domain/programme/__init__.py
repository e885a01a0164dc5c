"""The merchant's published rules, versioned: tiers, points, campaigns, offers, policies; JSON in, JSON out."""

from posapp.domain.programme.model import Exclusions, Policies, Programme, Tier
from posapp.domain.programme.offer import Offer
from posapp.domain.programme.parse import canonical_json, load_json, parse_programme
from posapp.domain.selector import Selector
from posapp.domain.text import Text

__all__ = [
    "Exclusions",
    "Offer",
    "Policies",
    "Programme",
    "Selector",
    "Text",
    "Tier",
    "canonical_json",
    "load_json",
    "parse_programme",
]
