"""``python -m bench.replay``: real baskets through real tills and a server, compared to the cent.

Each till of the schedule has an encrypted database of its own and sells through the use cases of the window; a server
in a process of its own takes what they push over HTTP.  The totals are computed from the server's log alone and written
under an oracle's field names (`totals` says what they are, `campaigns` which of them are not a till's business).  Exit
status 0 means: the totals are as expected, each member's standing at the server is what that member's sales add up to,
``sync verify`` and the tills' own ``verify`` hold, the server comes to the same price for every
sale, and every till shows every member as the server does.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.replay import baskets, comparison, schedule, server, server_log
from bench.replay.campaigns import data_set_fields
from bench.replay.processes import Processes
from bench.replay.schedule import Schedule
from bench.replay.share import Assignment, Counts, Settlement
from bench.replay.till import ReplayFailed, phone_of
from bench.replay.totals import TIER_SPEND_CENTS, Totals
from posapp.domain.ids import MemberId, member_id

DEFAULT_FIRST = 20_000
_MEMBER_COLUMNS = ("household_id", "sales", "due_cents", "paid_cents", "points", "first_date", "last_date", "tier")
_STORE_COLUMNS = ("store_id", "sales", "due_cents", "paid_cents")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished replay: its totals, and everything that is not as it must be."""

    totals: Totals
    report: dict[str, Any]
    wrong: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a replay; the result is the process's exit status."""
    options = _parser().parse_args(arguments)
    if not options.first and not options.last:
        options.first = DEFAULT_FIRST
    expect = options.expect or comparison.committed_expectation(first=options.first, last=options.last)
    expected = comparison.read_expectation(expect, first=options.first, last=options.last) if expect else None
    try:
        with _folder(options.tills_folder) as folder:
            outcome = _replay(options, folder)
    except ReplayFailed as error:
        print(f"replay failed: {error}", file=sys.stderr)
        return 1
    _write(options, outcome)
    wrong = outcome.wrong
    if expected is not None:
        wrong += comparison.differences(expected, outcome.report)
    for sentence in wrong:
        print(f"DIFFERS {sentence}")
    against = f"against {expect.name}" if expect else "nothing to compare with: --expect FILE"
    print(f"totals: {against}; {len(wrong)} differences")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=(__doc__ or "").partition("\n")[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--first", type=_count, default=0, help=f"so many baskets from the beginning ({DEFAULT_FIRST})")
    which.add_argument("--last", type=_count, default=0, help="so many baskets before the end")
    parser.add_argument("--seed", type=int, default=1, help="of offline windows, late and doubled arrivals")
    parser.add_argument("--database", default="", help="the server's database; SQLite in a temporary folder by default")
    parser.add_argument("--out", type=Path, help="the totals, as JSON")
    parser.add_argument("--members", type=Path, help="one line a member, as CSV")
    parser.add_argument("--stores", type=Path, help="one line a store, as CSV")
    parser.add_argument("--tills-folder", type=Path, help="keep the tills and the server there; temporary by default")
    parser.add_argument("--verify-tills", type=int, help="prove so many tills' databases; all of them by default")
    parser.add_argument("--expect", type=Path, help="expected totals; those of the first 20000 and 300 are known")
    parser.add_argument("--processes", type=_count, default=2 * max(2, os.cpu_count() or 1), help="that run tills")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 at least")
    return number


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is None:
        with tempfile.TemporaryDirectory(prefix="posapp-replay-") as made:
            yield Path(made)
        return
    if chosen.exists() and any(chosen.iterdir()):
        raise SystemExit(f"{chosen} is not empty")
    chosen.mkdir(parents=True, exist_ok=True)
    yield chosen


def _replay(options: argparse.Namespace, folder: Path) -> Outcome:
    started = time.monotonic()
    year = baskets.load_baskets(first=options.first, last=options.last)
    plan = schedule.plan(year.baskets, year.sales_of_store, options.seed)
    stores = sorted({till.store for till in plan.tills})
    print(
        f"{len(year.baskets)} baskets, {len(plan.tills)} tills in {len(stores)} stores, seed {options.seed}, "
        f"read in {time.monotonic() - started:.1f} s"
    )
    with server.founded(folder / "server", options.database, stores) as headquarters:
        codes = server.enrolment_codes(headquarters, plan.tills)
        given = _assignments(options, folder / "tills", year.baskets, plan, codes)
        with Processes(given) as processes, server.serving(headquarters) as url:
            fitted, seconds = processes.run("fit_out", url)
            print(f"fitted out {fitted.tills} tills in {seconds:.1f} s, {fitted.processor:.1f} s of a processor")
            counts, seconds = processes.run("trade", url)
            _print_speed(counts, seconds, counts.processor - fitted.processor)
            totals, report, wrong = _read_server(options, headquarters, year.baskets)
            held = server_log.standings(headquarters.context, headquarters.merchant)
            wrong += server_log.unlike(totals, held)
            settlements, seconds = processes.settle(held, _proven_tills(options, plan))
            wrong += _settled(settlements, seconds, processes.counts.processor - counts.processor)
        wrong += server.proven(headquarters)
        wrong += server_log.complaints(headquarters.context, headquarters.merchant)
    print(f"{time.monotonic() - started:.0f} s in all")
    return Outcome(totals, report, wrong)


def _assignments(
    options: argparse.Namespace,
    folder: Path,
    chosen: Sequence[baskets.Basket],
    plan: Schedule,
    codes: Sequence[str],
) -> list[Assignment]:
    """Spread the tills over processes, the busiest first, so that each has about as many baskets."""
    shares: list[list[int]] = [[] for _ in range(min(options.processes, len(plan.tills)))]
    loads = [0] * len(shares)
    for place in sorted(range(len(plan.tills)), key=lambda place: -len(plan.tills[place].baskets)):
        lightest = loads.index(min(loads))
        shares[lightest].append(place)
        loads[lightest] += len(plan.tills[place].baskets)
    return [
        Assignment(
            number=number,
            seed=options.seed,
            folder=folder,
            tills=tuple(plan.tills[place] for place in share),
            codes=tuple(codes[place] for place in share),
            baskets={index: chosen[index] for place in share for index in plan.tills[place].baskets},
            duplicated=plan.duplicated,
            late=plan.late,
        )
        for number, share in enumerate(shares)
    ]


def _proven_tills(options: argparse.Namespace, plan: Schedule) -> frozenset[str]:
    """The tills whose databases are proven; the busiest, where it is not all of them."""
    busiest = sorted(plan.tills, key=lambda till: -len(till.baskets))
    return frozenset(till.name for till in busiest[: options.verify_tills])


def _read_server(
    options: argparse.Namespace, headquarters: server.Headquarters, chosen: Sequence[baskets.Basket]
) -> tuple[Totals, dict[str, Any], list[str]]:
    key = headquarters.context.keys.merchant(headquarters.merchant).member_key
    households = {member_id(key, f"+86{phone_of(basket.household)}"): basket.household for basket in chosen}

    def household(who: MemberId) -> int:
        return households[who]

    totals = Totals(household)
    reading = server_log.read_log(headquarters.context, headquarters.merchant, totals)
    print(
        f"server log: {reading.segments} segments, {reading.events} events, {reading.sales} sales, "
        f"{reading.cards} cards opened with {reading.consents} consents, "
        f"{reading.shared_numbers} card numbers given to more than one member"
    )
    report = {
        **totals.report(),
        **data_set_fields(baskets.data_folder(), chosen, totals),
        "rules": {
            "tiers_cents": list(TIER_SPEND_CENTS),
            "one_redemption_per_member": False,
            "slice": {"first": options.first or None, "last": options.last or None},
        },
    }
    return totals, report, []


def _print_speed(counts: Counts, seconds: float, processor: float) -> None:
    print(
        f"sold {counts.baskets} baskets in {seconds:.1f} s: {counts.baskets / seconds:.0f} baskets/s, "
        f"{counts.entries / seconds:.0f} entries/s, {counts.lines / seconds:.0f} sale lines/s; "
        f"{counts.entries} entries, {counts.offline} sales offline, {counts.pushes} pushes, {counts.late} late, "
        f"{counts.duplicates} twice, {counts.pulls} pulls; {processor:.1f} s of a processor"
    )


def _settled(settlements: Sequence[Settlement], seconds: float, processor: float) -> list[str]:
    print(
        f"tills: {sum(each.tills for each in settlements)} pulled, "
        f"{sum(each.standings for each in settlements)} standings compared, "
        f"{sum(each.verified for each in settlements)} databases proven with "
        f"{sum(each.events for each in settlements)} events, in {seconds:.1f} s, {processor:.1f} s of a processor"
    )
    return [sentence for each in settlements for sentence in each.different]


def _write(options: argparse.Namespace, outcome: Outcome) -> None:
    if options.out:
        options.out.write_text(json.dumps(outcome.report, indent=1, sort_keys=True, default=str) + "\n", "utf-8")
    tables = (
        (options.members, _MEMBER_COLUMNS, outcome.totals.member_rows()),
        (options.stores, _STORE_COLUMNS, outcome.totals.store_rows()),
    )
    for path, columns, rows in tables:
        if path:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
