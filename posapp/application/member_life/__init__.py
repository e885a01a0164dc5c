"""What happens to a membership after it began: consent, another card, another number, merging, leaving.

What can be wrong at two tills at once (numbers that change hands, merges) needs the server (domain.md §5.1); the rest
works offline.
"""

from __future__ import annotations

from posapp.application.member_life.cards import CardNotice, card_notice, replace_card
from posapp.application.member_life.claims import Claim, Notice, Transfer
from posapp.application.member_life.consenting import consent_text, set_consent, set_guardian
from posapp.application.member_life.exporting import export_member, write_export
from posapp.application.member_life.leaving import Leaving, forget_member, preview_leaving
from posapp.application.member_life.merging import (
    MergePreview,
    merge_members,
    preview_merge,
    undo_merge,
    undoable_merges,
)
from posapp.application.member_life.numbers import change_number, reassign_number, reveal_number
from posapp.application.member_life.online import Authority, require_network
from posapp.application.member_life.recognising import Factor, factors_of, needs_second_factor, recognise
from posapp.application.member_life.transferring import transfer_claim, transferable_claims

__all__ = [
    "Authority",
    "CardNotice",
    "Claim",
    "Factor",
    "Leaving",
    "MergePreview",
    "Notice",
    "Transfer",
    "card_notice",
    "change_number",
    "consent_text",
    "export_member",
    "factors_of",
    "forget_member",
    "merge_members",
    "needs_second_factor",
    "preview_leaving",
    "preview_merge",
    "reassign_number",
    "recognise",
    "replace_card",
    "require_network",
    "reveal_number",
    "set_consent",
    "set_guardian",
    "transfer_claim",
    "transferable_claims",
    "undo_merge",
    "undoable_merges",
    "write_export",
]
