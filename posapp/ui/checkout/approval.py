"""A second person agrees: the one place where a dialog asks for them (domain.md §5.4).

Today they give their number; whoever makes them prove it changes this file and no dialog.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posapp.domain.ids import StaffId
from posapp.ui.checkout.form import FormField
from posapp.ui.messages import msg

_FIELD: Final = "approver"


def approval_field(values: Mapping[str, str]) -> FormField:
    """Where the second person types."""
    return FormField(_FIELD, msg("approval.number"), values.get(_FIELD, ""), msg("approval.hint"))


def approved_by(values: Mapping[str, str]) -> StaffId:
    """Who agreed; nobody where the field is empty, which the use case refuses."""
    return StaffId(values.get(_FIELD, "").strip())
