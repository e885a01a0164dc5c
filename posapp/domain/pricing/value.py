"""Values that are built by the thousand: read-only to the type checker, and as cheap as plain objects to build.

Setting the fields of a frozen dataclass past its own guard takes four times as long as setting those of a plain one.
What a quote is made of is therefore frozen by type only; facts, which are kept, are frozen in earnest (`events`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a slotted dataclass whose fields only `__init__` may set."""
    return dataclass(slots=True)(cls)
