"""The face of the member's card: chosen among those of the shop, seen before it is taken."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.card_faces import choose_own
from posapp.domain.card_face import faces
from posapp.domain.text import Text
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormCard, FormFact, FormSheet
from posapp.ui.checkout.member_file.frame import called, chosen, form_sheet, ways
from posapp.ui.checkout.words import named
from posapp.ui.faces import worn
from posapp.ui.messages import msg


@dataclass(frozen=True, slots=True)
class ChooseFace:
    """`shop` is what the shop's card wears, `style` the face of the member's tier, whose name is `tier`."""

    shop: str | bytes
    style: str
    tier: Text

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """The faces, and the card in the one that is picked."""
        member, now = mode.back.file.member, mode.back.file.membership.face
        then = self._chosen(mode)
        profile = member.profile
        return form_sheet(
            mode,
            "face",
            language,
            ways=ways(mode, faces(self.shop), "face."),
            facts=(
                FormFact(msg("file.before"), msg(f"face.{now or 'shop'}")),
                FormFact(msg("file.after"), msg(f"face.{then}"), strong=True),
            ),
            hint=msg("file.face_hint"),
            card=FormCard(
                worn(then, self.shop, self.style),
                called(member),
                profile.masked_phone if profile.name else "",
                named(self.tier, language),
            ),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        choose_own(doing.till, mode.back.file.member.id, self._chosen(mode))
        return Done(msg("file.face_chosen", face=msg(f"face.{self._chosen(mode)}")))

    def _chosen(self, mode: FileFormMode) -> str:
        return chosen(mode, faces(self.shop))
