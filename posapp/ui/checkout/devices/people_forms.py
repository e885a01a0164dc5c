"""The dialogs about who works here: somebody new, another PIN, another role, somebody who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posapp.application.staff import managing
from posapp.domain.staff import Role, Staff
from posapp.ui.checkout.devices.forms import setup_sheet
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.devices import Gear
    from posapp.application.till import Cashier, Till
    from posapp.ui.checkout.device_modes import SetupMode


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Somebody new, with their first PIN."""

    gear: Gear | None = None

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        return setup_sheet(
            mode,
            "add",
            language,
            fields=(
                FormField("number", msg("staff.number"), mode.text("number"), msg("people.number_hint")),
                FormField("name", msg("people.name"), mode.text("name"), words=True),
                FormField("pin", msg("staff.pin"), mode.text("pin"), msg("staff.pin_hint"), secret=True),
            ),
            ways=_roles(mode, Role.CASHIER),
            facts=_everywhere(),
        )

    def act(self, mode: SetupMode, till: Till, cashier: Cashier) -> Message:
        """Add them.  Raises `InvalidField`."""
        role = mode.choice or Role.CASHIER
        added = managing.add(till, cashier, mode.text("number"), mode.text("name"), role, mode.text("pin"))
        return msg("people.added", name=added.name)


@dataclass(frozen=True, slots=True)
class NewPin:
    """Another PIN, which also lets in again who was locked out."""

    person: Staff
    gear: Gear | None = None

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        return setup_sheet(
            mode,
            "pin",
            language,
            fields=(
                FormField("pin", msg("staff.pin"), mode.text("pin"), msg("staff.pin_hint"), secret=True),
                FormField("again", msg("staff.pin_again"), mode.text("again"), secret=True),
            ),
            facts=(*_who(self.person), *_everywhere()),
        )

    def act(self, mode: SetupMode, till: Till, cashier: Cashier) -> Message:
        """Set it.  Raises `InvalidField`."""
        managing.new_pin(till, cashier, self.person.id, mode.text("pin"), mode.text("again"))
        return msg("people.pin_set", name=self.person.name)


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Another role, with that role's limits."""

    person: Staff
    gear: Gear | None = None

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        return setup_sheet(
            mode,
            "role",
            language,
            fields=(),
            ways=_roles(mode, self.person.role),
            facts=(*_who(self.person), *_everywhere()),
        )

    def act(self, mode: SetupMode, till: Till, cashier: Cashier) -> Message:
        """Change it.  Raises `InvalidField`."""
        changed = managing.change_role(till, cashier, self.person.id, mode.choice or self.person.role)
        return msg("people.role_set", name=changed.name, role=msg(f"people.role_{changed.role.value}"))


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody works here no more."""

    person: Staff
    gear: Gear | None = None

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        return setup_sheet(mode, "leave", language, fields=(), facts=(*_who(self.person), *_everywhere()))

    def act(self, _mode: SetupMode, till: Till, cashier: Cashier) -> Message:
        """Take them off the list.  Raises `InvalidField`."""
        managing.leave(till, cashier, self.person.id)
        return msg("people.left", name=self.person.name)


def _roles(mode: SetupMode, otherwise: Role) -> tuple[FormChoice, ...]:
    chosen = mode.choice or otherwise
    return tuple(
        FormChoice(role.value, msg(f"people.role_{role.value}"), chosen=role.value == chosen, key=f"Alt {place}")
        for place, role in enumerate(Role, 1)
    )


def _who(person: Staff) -> tuple[FormFact, ...]:
    return (
        FormFact(msg("people.name"), person.name),
        FormFact(msg("staff.number"), person.id),
        FormFact(msg("people.role"), msg(f"people.role_{person.role.value}")),
    )


def _everywhere() -> tuple[FormFact, ...]:
    return (FormFact(msg("people.holds"), msg("people.at_every_till")),)
