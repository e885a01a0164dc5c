"""Mistakes of the server."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from posapp.domain.accounts import Account
from sync.protocol.messages import Outcome
from sync.server import accept, devices, documents, effects, exceptions, feeds, horizon, merchants, once, overdrafts
from sync.server.effects import Effects, effects_of
from sync.server.errors import BusyError, UnauthenticatedError
from sync.server.storage import batches, engine, schema
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    import pytest

planted: Final = Nursery()


@planted
def applies_twice(patch: pytest.MonkeyPatch) -> None:
    """What is pushed again because nobody heard the answer moves balances again."""

    def place(there: Any) -> Any:
        def forgetful(connection: Any, merchant_id: str, state: Any, checked: Any) -> Outcome:
            outcome: Outcome = there(connection, merchant_id, state, checked)
            if outcome is Outcome.KNOWN:
                accept.write_effects(connection, merchant_id, state.gseq - 1, checked.effects)
            return outcome

        return forgetful

    wrap(patch, accept, "_place", place)


@planted
def applies_the_overlap(patch: pytest.MonkeyPatch) -> None:
    """Of a segment that overlaps what is known, all of it is applied."""

    def place(there: Any) -> Any:
        def all_of_it(connection: Any, merchant_id: str, state: Any, checked: Any) -> Outcome:
            before = state.heads[checked.stream][0]
            outcome: Outcome = there(connection, merchant_id, state, checked)
            known = before + 1 - checked.segment.header.first_sequence
            if outcome is Outcome.APPLIED and known > 0:
                state.effects.add(effects_of(checked.unfolded.rows[:known]))
            return outcome

        return all_of_it

    wrap(patch, accept, "_place", place)


@planted
def jumps_gaps(patch: pytest.MonkeyPatch) -> None:
    """A segment is taken though events before it are missing."""

    def place(there: Any) -> Any:
        def jump(connection: Any, merchant_id: str, state: Any, checked: Any) -> Outcome:
            header = checked.segment.header
            if header.first_sequence > state.heads[checked.stream][0] + 1:
                state.heads[checked.stream] = (header.first_sequence - 1, header.previous_hash)
            outcome: Outcome = there(connection, merchant_id, state, checked)
            return outcome

        return jump

    wrap(patch, accept, "_place", place)


@planted
def answers_before_commit(patch: pytest.MonkeyPatch) -> None:
    """A push is acknowledged although its transaction failed at the last moment."""

    def once_only(_there: Any) -> Any:
        def hopeful(self: Any, work: Any) -> Any:
            done: list[Any] = []
            with suppress(Exception), self.engine.connect() as connection, connection.begin():
                done.append(work(connection))
            if not done:
                raise BusyError("not even begun")
            return done[0]

        return hopeful

    wrap(patch, engine.Database, "_once", once_only)


@planted
def lazy_server(patch: pytest.MonkeyPatch) -> None:
    """The server acknowledges before its disk has anything."""

    def opened(there: Any) -> Any:
        def lazily(url: str) -> Any:
            made = there(url)
            event.listen(made, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
            return made

        return lazily

    wrap(patch, engine, "_sqlite_engine", opened)


@planted
def segment_without_effects(patch: pytest.MonkeyPatch) -> None:
    """Segments are kept and balances written in two transactions: a crash in between leaves one of them."""

    def push(there: Any) -> Any:
        def in_two(context: Any, caller: Any, request: Any) -> Any:
            kept: list[Any] = []
            with_effects = accept.write_effects
            accept.write_effects = lambda _c, *rest: kept.append(rest)
            try:
                reply = there(context, caller, request)
            finally:
                accept.write_effects = with_effects
            for rest in kept:
                context.database.write(lambda connection, rest=rest: with_effects(connection, *rest))
            return reply

        return in_two

    wrap(patch, accept, "push", push)


@planted
def balances_overwritten(patch: pytest.MonkeyPatch) -> None:
    """A balance is set to what a push moved, instead of that being added."""
    wrap(
        patch,
        batches,
        "add_up",
        lambda there: (
            lambda connection, table, sums, rows: (
                batches.put(connection, table, rows)
                if table is schema.balance
                else there(connection, table, sums, rows)
            )
        ),
    )


@planted
def day_of_the_refund_stays(patch: pytest.MonkeyPatch) -> None:
    """What came back is not taken from the day of its sale."""
    answer(patch, effects, "_refund", None)


@planted
def forgets_who_changed(patch: pytest.MonkeyPatch) -> None:
    """A member whose balance changed is not told to other tills again."""

    def write(there: Any) -> Any:
        def without(connection: Any, merchant_id: str, gseq: int, moved: Effects) -> None:
            there(connection, merchant_id, gseq, moved)
            mine = (schema.holder.c.merchant_id == merchant_id) & (schema.holder.c.gseq == gseq)
            connection.execute(schema.holder.update().where(mine, schema.holder.c.card_number.is_(None)).values(gseq=1))

        return without

    wrap(patch, accept, "write_effects", write)


@planted
def page_ends_too_late(patch: pytest.MonkeyPatch) -> None:
    """The cursor of an answer that is not the last stands one place after what the answer holds."""
    late: set[tuple[int, int]] = set()
    values: Any = feeds._Range.values

    def end(there: Any) -> Any:
        def later(connection: Any, who: Any, request: Any, rest: Any) -> int:
            upto: int = there(connection, who, request, rest)
            late.discard((rest.after, upto))
            if upto < rest.upto:
                upto += 1
                late.add((rest.after, upto))
            return upto

        return later

    def held(part: Any) -> Any:
        return values.fget(part) | ({"upto": part.upto - 1} if (part.after, part.upto) in late else {})

    wrap(patch, feeds, "_end", end)
    patch.setattr(feeds._Range, "values", property(held))


@planted
def any_cursor_is_ours(patch: pytest.MonkeyPatch) -> None:
    """A cursor of before a restore is taken for a place in the new order."""
    answer(patch, feeds, "_is_ours", True)


@planted
def stale_pages(patch: pytest.MonkeyPatch) -> None:
    """Members as they were told once are told again after they changed."""

    def members(_there: Any) -> Any:
        def by_place(context: Any, connection: Any, part: Any, _now: Any) -> Any:
            key = (part.merchant_id, part.after)
            return context.pages.get(key, lambda: feeds._encode_members(connection, part))

        return by_place

    wrap(patch, feeds, "_members", members)


@planted
def older_document_wins(patch: pytest.MonkeyPatch) -> None:
    """A document that arrives overwrites a newer one."""

    def winners(_there: Any) -> Any:
        return lambda _connection, _merchant, rows: list({(row.collection, row.key): row for row in rows}.values())

    wrap(patch, documents, "winners", winners)
    patch.setattr(merchants, "winners", documents.winners)


@planted
def strangers_after_a_restore(patch: pytest.MonkeyPatch) -> None:
    """A server that was put back does not know tills again that joined after the backup."""
    answer(patch, devices, "_learn_again", None)
    answer(patch, devices, "learn", None)


@planted
def gifts_never_overdrawn(patch: pytest.MonkeyPatch) -> None:
    """The last gift that two tills gave is no exception."""
    patch.setattr(overdrafts, "NEVER_NEGATIVE", (Account.PASS_USES, Account.STORED_PRINCIPAL, Account.STORED_BONUS))


@planted
def any_spending_is_an_overdraft(patch: pytest.MonkeyPatch) -> None:
    """Whoever spends everything is listed as having spent too much."""

    def overdrawn(there: Any) -> Any:
        def early(connection: Any, merchant_id: str, held: Any, at: Any) -> Any:
            wanted = schema.balance.c.amount <= 0
            found = connection.execute(
                schema.balance.select().where(schema.balance.c.merchant_id == merchant_id, wanted)
            ).all()
            kinds = {int(one) for one in overdrafts.NEVER_NEGATIVE}
            yield from there(connection, merchant_id, held, at)
            for row in found:
                if row.account in kinds and held.get(row.account, {}).get(row.holder, 0) < 0 and not row.amount:
                    detail = f"{Account(row.account).name} of {row.holder.hex()} is overdrawn by 0"
                    yield exceptions.Finding(exceptions.Kind.OVERDRAFT, at[0], at[1], at[2], detail, cause=row.holder)

        return early

    wrap(patch, overdrafts, "overdrawn", overdrawn)


@planted
def coupon_twice_unseen(patch: pytest.MonkeyPatch) -> None:
    """A coupon that two tills redeemed is no exception."""
    answer(patch, once, "doubled", [])


@planted
def shut_out_and_heard(patch: pytest.MonkeyPatch) -> None:
    """A device that was shut out goes on pushing with the token it has."""
    answer(patch, devices, "check_not_revoked", None)
    answer(patch, devices, "_revoked", UnauthenticatedError("", ""))


@planted
def first_segment_only(patch: pytest.MonkeyPatch) -> None:
    """Of several segments in one push only the first is kept, and all are acknowledged."""

    def keep(there: Any) -> Any:
        def first(connection: Any, merchant_id: str, state: Any) -> None:
            taken, state.taken = state.taken, state.taken[:1]
            there(connection, merchant_id, state)
            state.taken = taken

        return first

    wrap(patch, accept, "_keep_segments", keep)


@planted
def horizon_lies_too_late(patch: pytest.MonkeyPatch) -> None:
    """What came just after the horizon is told to nobody."""

    def of_merchant(there: Any) -> Any:
        def later(connection: Any, merchant_id: str) -> int:
            place: int = there(connection, merchant_id)
            return place and place + 2

        return later

    wrap(patch, horizon, "of_merchant", of_merchant)


@planted
def horizon_ends_the_log(patch: pytest.MonkeyPatch) -> None:
    """What lies before the horizon is dropped from the log of record as well."""

    def move(there: Any) -> Any:
        def and_drop(context: Any, merchant_id: str, days: int) -> int:
            place: int = there(context, merchant_id, days)
            old = (schema.segment.c.merchant_id == merchant_id) & (schema.segment.c.gseq < place)
            context.database.write(lambda connection: connection.execute(schema.segment.delete().where(old)))
            return place

        return and_drop

    wrap(patch, horizon, "move", move)


@planted
def store_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """Segments of other stores are sent to a till as well, and some of its own store are not."""
    patch.setattr(feeds, "_SEGMENTS", feeds._SEGMENTS.limit(1))
