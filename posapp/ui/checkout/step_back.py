"""Where a list or a form leads back to: a member who is found while paying is found for that payment."""

from __future__ import annotations

from posapp.ui.checkout.session import LookupMode, Mode, NewCardMode, RecogniseMode, TenderMode


def paying_under(mode: Mode | None) -> TenderMode | None:
    """The paying step that is open, or that the open search, new card or question was called from."""
    if isinstance(mode, TenderMode):
        return mode
    return mode.under if isinstance(mode, LookupMode | NewCardMode | RecogniseMode) else None
