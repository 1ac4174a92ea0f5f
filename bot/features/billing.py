"""The feature billing: its room, its routers and its jobs, joined."""

from __future__ import annotations

from functools import partial

from bot.billing.census import Census
from bot.billing.expiry import Expiry
from bot.billing.ledger import Ledger
from bot.billing.lost import LostPayments
from bot.billing.renewals import Renewals
from bot.billing.shop import Shop
from bot.billing.subscriptions import Subscriptions
from bot.billing.support import Allowance
from bot.billing.telegram import PersonVoice, StarAccount, Tongues
from bot.features.feature import Feature, Gauge, Ground
from bot.handlers import (
    admin_refund,
    billing,
    billing_answer,
    billing_checkout,
    billing_support,
)
from bot.handlers.billing_desk import Desk
from bot.handlers.billing_farewell import build_farewell
from bot.jobs import Job

MINUTE = 60


def build(ground: Ground) -> Feature:
    """What billing adds to the bot."""
    tongues = Tongues(ground.i18n, ground.people.languages, ground.database)
    shop, census = _shop(ground, tongues), Census(ground.database, ground.plans, ground.clock)
    modules = (billing, billing_checkout, billing_support, billing_answer, admin_refund)
    return Feature(
        routers=[module.build_router() for module in modules],
        # The ledger that knows what is sold takes the place of the one that only counts.
        serves={
            "shop": shop,
            "ledger": shop.ledger,
            "desk": Desk(ground.bot, tongues, ground.plans, ground.settings),
        },
        jobs=_jobs(ground, shop, census),
        gauges=[
            Gauge(
                series="active_subscriptions",
                read=partial(census.people, plan.name),
                labels=(plan.name,),
            )
            for plan in ground.plans.paid
        ],
        farewell=build_farewell(shop),
        forget=shop.subscriptions.forget,
    )


def _jobs(ground: Ground, shop: Shop, census: Census) -> list[Job]:
    lost = LostPayments(ground.database, shop.ledger, shop.account, shop.voice, ground.bot.id)
    expiry = Expiry(
        database=ground.database,
        plans=ground.plans,
        bus=ground.bus,
        voice=shop.voice,
        find=lost.find,
        clock=ground.clock,
    )
    return [
        Job(name="find_lost_payments", seconds=10 * MINUTE, run=lost.run, is_immediate=True),
        Job(name="expire_subscriptions", seconds=MINUTE, run=expiry.run, is_immediate=True),
        Job(name="stop_renewals", seconds=MINUTE, run=shop.renewals.stop_unwanted),
        Job(name="count_subscriptions", seconds=MINUTE, run=census.refresh, is_immediate=True),
    ]


def _shop(ground: Ground, tongues: Tongues) -> Shop:
    database, clock = ground.database, ground.clock
    account = StarAccount(ground.bot)
    return Shop(
        plans=ground.plans,
        ledger=Ledger(database, ground.bus, clock, ground.plans),
        subscriptions=Subscriptions(database, ground.plans, clock),
        renewals=Renewals(database, account, clock),
        account=account,
        voice=PersonVoice(ground.bot, tongues, ground.settings.timezone),
        allowance=Allowance(),
    )
