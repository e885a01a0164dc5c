"""Paying into a stored-value card: within the law, identity before money, bonus at once or by months.

One transaction: the card if it is new, its lots, the paper, the event.  The same request again is the same top-up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.reach import require_server
from posapp.application.stored_value.cards import (
    card_in,
    check_room,
    kind_of,
    law_on,
    new_card,
    paper_number,
    terms_of,
)
from posapp.application.stored_value.contract import ContractFacts, contract_lines
from posapp.application.stored_value.identity import IdentityPaper, check_paper, keep_paper, paper_of
from posapp.application.tendering import check_settled
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotPart, Payer, Recorded, StoredValueToppedUp, Tender
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.minor import ADULT_FROM, NO_CAPACITY_BELOW, age_on
from posapp.domain.offline import Action
from posapp.domain.prepaid_law import PrepaidLaw
from posapp.domain.programme.stored_value import CardKind, StoredValueTerms, TopUpPlan
from posapp.domain.sale import TenderMethod
from posapp.domain.stored_card import StoredCard, bonus_parts, part_id
from posapp.domain.time import BusinessDay, plus_months, to_micros
from posapp.storage import assets, member_search
from posapp.storage import stored_value as rows

_PAYS = frozenset(
    {
        TenderMethod.CASH,
        TenderMethod.BANK_CARD,
        TenderMethod.WECHAT_PAY,
        TenderMethod.ALIPAY,
        TenderMethod.BANK_TRANSFER,
    }
)


@dataclass(frozen=True, slots=True)
class TopUp:
    """What the cashier asks for.

    `id` is drawn once for the sheet: the same id is the same top-up.  `plan` is a plan's code, or empty for a free
    `amount`.  `code` is the printed number of an unnamed card.  `handed` is the cash that was handed over.  `paper`
    is given where the law asks for one and none was taken down before.  `guardian` says that a guardian stands by and
    agrees.  `online` says whether the server can be reached.
    """

    id: bytes
    kind: str
    member: MemberId | None
    cashier: Cashier
    amount: Money
    method: TenderMethod
    plan: str = ""
    code: str = ""
    handed: Money | None = None
    reference: str = ""
    payer: Payer = Payer.INDIVIDUAL
    paper: IdentityPaper | None = None
    guardian: bool = False
    online: bool = True

    @property
    def tender(self) -> Tender:
        """The payment."""
        handed = self.handed if self.handed is not None else self.amount
        return Tender(self.method, self.amount, handed, self.reference)


@dataclass(frozen=True, slots=True)
class TopUpPreview:
    """What a top-up would do: balances in fen units of `Money`, and what is still needed for it.

    `parts` are the bonus by the day from which each part may be spent.  `refusal` is the first thing that forbids it,
    None where nothing does.  `limit` is the most that may stand on the card.
    """

    amount: Money
    bonus: Money
    parts: tuple[tuple[BusinessDay, Money], ...]
    before: Money
    after: Money
    limit: Money | None
    needs_paper: bool
    needs_guardian: bool
    needs_transfer: bool
    refusal: InvalidField | None


@dataclass(frozen=True, slots=True)
class TopUpDone:
    """A top-up on disk: the card before and after it, and the contract to print, in both languages.

    `recorded` is None, and the contract empty, where the same request was carried out before.
    """

    recorded: Recorded | None
    card: StoredCard
    before: Money
    contract_zh: tuple[str, ...]
    contract_en: tuple[str, ...]

    @property
    def number(self) -> str:
        """The number of the contract."""
        event = self.recorded.event if self.recorded is not None else None
        return event.number if isinstance(event, StoredValueToppedUp) else ""

    @property
    def after(self) -> Money:
        """What stands on the card now."""
        return self.card.balance


@dataclass(frozen=True, slots=True)
class _Case:
    """A request with everything that decides about it."""

    request: TopUp
    terms: StoredValueTerms
    kind: CardKind
    law: PrepaidLaw
    today: BusinessDay
    card: Asset
    known: StoredCard | None
    plan: TopUpPlan | None
    paper: IdentityPaper | None
    kept_paper: IdentityPaper | None
    age: int | None

    @property
    def bonus_fen(self) -> int:
        return self.plan.bonus_fen if self.plan is not None else 0

    @property
    def before(self) -> Money:
        return self.known.balance if self.known is not None else Money(0)

    @property
    def limit(self) -> int | None:
        return self.law.limit(named=self.kind.named)

    @property
    def needs_paper(self) -> bool:
        least = self.law.identity_named if self.kind.named else self.law.identity_unnamed
        asked = least is not None and self.request.amount.fen >= least
        return asked and self.kept_paper is None

    @property
    def needs_guardian(self) -> bool:
        return self.age is not None and self.age < ADULT_FROM and self.request.amount.fen > self.terms.minor_fen

    @property
    def needs_transfer(self) -> bool:
        organisation = self.request.payer is Payer.ORGANISATION
        least = self.law.transfer_organisation if organisation else self.law.transfer_individual
        return least is not None and self.request.amount.fen >= least


def preview_top_up(till: Till, request: TopUp) -> TopUpPreview:
    """What a top-up would do, and what it still needs.  Raises `InvalidField` where there is no such card or plan."""
    with till.database.read() as connection:
        case = _case(till, connection, request)
    refusal: InvalidField | None = None
    try:
        _check(case)
    except InvalidField as error:
        refusal = error
    parts = bonus_parts(case.bonus_fen, case.plan.parts if case.plan else 1, case.today)
    return TopUpPreview(
        amount=request.amount,
        bonus=Money(case.bonus_fen),
        parts=tuple((day, Money(fen)) for day, fen in parts if fen),
        before=case.before,
        after=case.before + request.amount + Money(case.bonus_fen),
        limit=Money(case.limit) if case.limit is not None else None,
        needs_paper=case.needs_paper,
        needs_guardian=case.needs_guardian,
        needs_transfer=case.needs_transfer,
        refusal=refusal,
    )


def top_up(till: Till, request: TopUp) -> TopUpDone:
    """Take money in and put it on a card, durably.  Raises `InvalidField` with what to do; nothing is written then."""
    with till.database.write() as connection:
        case = _case(till, connection, request)
        if assets.find(connection, _contract_id(request)) is not None:
            card = card_in(connection, case.card.id)
            return TopUpDone(None, card, card.balance, (), ())
        _check(case)
        done = _record(till, connection, case)
    till.committed()
    return done


def _case(till: Till, connection: Connection, request: TopUp) -> _Case:
    terms = terms_of(till)
    kind = kind_of(terms, request.kind)
    today = till.business_day()
    if request.amount <= Money(0):
        raise InvalidField("amount", "how much is paid in?", "请输入充值金额")
    plan = terms.plan(request.plan) if request.plan else terms.reached(request.amount.fen)
    if request.plan and plan is None:
        raise InvalidField("plan", f"there is no plan {request.plan!r}", f"没有充值方案 {request.plan}")
    if request.plan and plan is not None and plan.pay_fen != request.amount.fen:
        raise InvalidField("amount", f"this plan is {Money(plan.pay_fen)}", f"该方案应付 {Money(plan.pay_fen)} 元")
    card = new_card(till, terms, kind, request.member, request.code)
    known = rows.find_card(connection, card.id)
    kept = paper_of(till, connection, card.id)
    paper = check_paper(request.paper) if request.paper is not None else kept
    member = member_search.find(connection, request.member) if request.member is not None else None
    told = member.profile.birthday if member is not None else ""
    # A paper stands above what somebody said.
    age = age_on((paper.birthday if paper is not None else "") or told, today)
    return _Case(request, terms, kind, law_on(terms, today), today, card, known, plan, paper, kept, age)


def _check(case: _Case) -> None:
    request, terms = case.request, case.terms
    require_server(Action.TOP_UP, "online", online=request.online)
    if terms.is_suspended:
        raise InvalidField("stored_value", "this shop takes no prepayments at present", "本店暂停收取预付款")
    _check_merchant(case)
    if not terms.least_fen <= request.amount.fen <= (terms.most_fen or request.amount.fen):
        most = f" – {Money(terms.most_fen)}" if terms.most_fen else ""
        raise InvalidField(
            "amount",
            f"pay in {Money(terms.least_fen)}{most} at a time",
            f"每次充值 {Money(terms.least_fen)}{most or ' 元起'}",
        )
    check_room(case.limit, case.before, request.amount + Money(case.bonus_fen), "amount")
    if case.known is not None and case.known.is_expired(case.today):
        raise InvalidField(
            "card", "this card has run out: renew it first, its balance stays", "卡已到期：先换卡，余额不变"
        )
    _check_person(case)
    _check_tender(case)


def _check_merchant(case: _Case) -> None:
    months, licensed = case.law.licence_months, case.terms.merchant.licensed
    if months is None:
        return
    if licensed is None or case.today < plus_months(licensed, months):
        raise InvalidField(
            "merchant",
            f"no prepayments in the first {months} months after the licence",
            f"领取营业执照未满 {months} 个月，不得收取预付款",
        )


def _check_person(case: _Case) -> None:
    if case.age is not None and case.age < NO_CAPACITY_BELOW:
        raise InvalidField("age", "no stored value for children under eight", "未满 8 周岁不能办理储值")
    if case.needs_guardian and not case.request.guardian:
        raise InvalidField(
            "guardian",
            f"under 18, more than {Money(case.terms.minor_fen)} needs a guardian who agrees",
            f"未满 18 周岁，超过 {Money(case.terms.minor_fen)} 元须监护人在场同意",
        )
    if case.needs_paper and case.paper is None:
        raise InvalidField("paper", "take down name and identity number first", "请先登记姓名和证件号")


def _check_tender(case: _Case) -> None:
    request = case.request
    if request.method not in _PAYS:
        raise InvalidField("method", "stored value is not paid in by this", "不能用这种方式充值")
    if case.needs_transfer and request.method is TenderMethod.CASH:
        organisation = request.payer is Payer.ORGANISATION
        least = case.law.transfer_organisation if organisation else case.law.transfer_individual
        raise InvalidField(
            "method",
            f"from {Money(least or 0)} on, no cash: by bank transfer",
            f"满 {Money(least or 0)} 元不收现金，须银行转账",
        )
    check_settled([request.tender], request.amount)


def _record(till: Till, connection: Connection, case: _Case) -> TopUpDone:
    request, today = case.request, case.today
    contract = _contract_id(request)
    lots = _lots(till, case, contract)
    number = paper_number(till, connection)
    paper = case.paper if case.paper is not None and case.kept_paper is None else None
    if paper is not None:
        keep_paper(till, connection, case.card.id, paper, today)
    till.reference.put_assets(connection, [*([case.card] if case.known is None else []), *lots])
    facts = ContractFacts(
        number=number,
        shop=till.identity.shop_name,
        day=today,
        kind=case.kind,
        terms=case.terms,
        law=case.law,
        amount=request.amount,
        bonus=Money(case.bonus_fen),
        parts=tuple((lot.first_day, Money(_granted(lot))) for lot in lots if _granted(lot)),
        bonus_until=_bonus_until(case.plan, today),
    )
    zh, en = contract_lines(facts, "zh_CN"), contract_lines(facts, "en")
    event = StoredValueToppedUp(
        number=number,
        business_day=today,
        cashier=request.cashier.id,
        member=request.member if case.kind.named else None,
        card=case.card.id,
        plan=case.plan.code if case.plan is not None else "",
        lots=tuple(
            LotPart(lot.id, request.amount if lot.id == contract else Money(0), Money(_granted(lot))) for lot in lots
        ),
        tenders=(request.tender,),
        payer=request.payer,
        contract=hashlib.sha256("\n".join(zh).encode()).digest(),
    )
    recorded = till.log.append(connection, event, till.clock.now())
    return TopUpDone(recorded, card_in(connection, case.card.id), case.before, tuple(zh), tuple(en))


def _contract_id(request: TopUp) -> AssetId:
    return derived_id("stored_value_lot", request.id)


def _lots(till: Till, case: _Case, contract: AssetId) -> list[Asset]:
    """The lot of the principal with the first part of the bonus, and a lot for each later part."""
    plan = case.plan
    parts = bonus_parts(case.bonus_fen, plan.parts if plan is not None else 1, case.today)
    place = to_micros(till.clock.now())
    return [
        Asset(
            id=part_id(contract, index) if index else contract,
            kind=AssetKind.STORED_VALUE_LOT,
            owner=case.card.owner,
            template=case.kind.code,
            first_day=day,
            part_of=case.card.id,
            terms={
                **_promised(case, contract, place, 0 if index else case.request.amount.fen, fen, day),
                "till": till.identity.device.hex(),
            },
        )
        for index, (day, fen) in enumerate(parts)
    ]


def _promised(
    case: _Case, contract: AssetId, place: int, paid: int, granted: int, first_day: BusinessDay
) -> dict[str, int | str]:
    """What the contract says: a programme that changes later changes nothing of it (Art 9)."""
    until = _bonus_until(case.plan, first_day)
    return {
        "contract": contract.hex(),
        "paid": paid,
        "granted": granted,
        "place": place,
        "plan": case.plan.code if case.plan is not None else "",
        "consumption": case.terms.consumption.value,
        "sold_rate": case.kind.sold_rate,
        "buyer_basis": case.terms.buyer_basis,
        **({"bonus_until": until.ordinal} if until is not None else {}),
    }


def _bonus_until(plan: TopUpPlan | None, first_day: BusinessDay) -> BusinessDay | None:
    return first_day.plus(plan.bonus_days) if plan is not None and plan.bonus_days is not None else None


def _granted(lot: Asset) -> int:
    granted = lot.terms.get("granted", 0)
    return granted if isinstance(granted, int) else 0
