"""Why there is no file, in a sentence that a person understands, and what they can do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan

MEGABYTE = 1_000_000
MINUTE = 60
# Another attempt by hand may end better; the rest would end the same way.
WORTH_ANOTHER = frozenset(
    {
        Trouble.timeout,
        Trouble.network,
        Trouble.site,
        Trouble.disk,
        Trouble.telegram,
        Trouble.internal,
    }
)


@dataclass(frozen=True, slots=True)
class Excuses:
    """Sentences (HTML) for a person on *plan*; has_shop: whether /plan offers others."""

    plan: Plan
    words: Words
    has_shop: bool

    def of(self, error: DownloadError) -> str:
        """Why that download ended."""
        if error.trouble is Trouble.too_large:
            return self.too_large(error.limit)
        if error.trouble is Trouble.too_long:
            return self.too_long(error.limit)
        if error.trouble is Trouble.timeout and error.limit:
            text = self.words.gettext(
                "This takes longer than {time}, so I stopped. A lower quality may be quicker."
            )
            return text.format(time=self.words.duration(float(error.limit)))
        return sentence(error.trouble, self.words)

    def too_large(self, limit: str = "") -> str:
        """More than *limit* megabytes; without it, more than the plan's."""
        megabytes = float(limit or self.plan.downloads.megabytes)
        size = self.words.size(megabytes * MEGABYTE)
        if megabytes < self.plan.downloads.megabytes:
            text = self.words.gettext(
                "This is larger than {size}, the most that Telegram takes from me. "
                "A lower quality may fit."
            )
            return text.format(size=size)
        text = self.words.gettext(
            "This is larger than {size}, the most on your plan {plan}. A lower quality may fit."
        )
        return self._with_shop(text.format(size=size, plan=quoted(self.plan.title)))

    def too_long(self, limit: str = "") -> str:
        """More than *limit* minutes; without it, more than the plan's."""
        time = self.words.duration(float(limit or self.plan.downloads.minutes) * MINUTE)
        text = self.words.gettext("This is longer than {time}, the most on your plan {plan}.")
        return self._with_shop(text.format(time=time, plan=quoted(self.plan.title)))

    def a_day(self, most: int, seconds: float) -> str:
        """So many a day and no more; *seconds* until there is room again."""
        text = self.words.ngettext(
            "Your plan {plan} has {count} download in 24 hours. The next is possible in {time}.",
            "Your plan {plan} has {count} downloads in 24 hours. The next is possible in {time}.",
            most,
        )
        told = self._figures(most) | {"time": self.words.duration(max(seconds, MINUTE))}
        return self._with_shop(text.format(**told))

    def waiting(self, most: int) -> str:
        """So many at a time and no more."""
        text = self.words.ngettext(
            "Your plan {plan} has {count} download at a time. Wait for it or cancel it: /queue",
            "Your plan {plan} has {count} downloads at a time. Wait or cancel one: /queue",
            most,
        )
        return text.format(**self._figures(most))

    def _figures(self, most: int) -> dict[str, str]:
        return {"plan": quoted(self.plan.title), "count": self.words.number(most)}

    def _with_shop(self, text: str) -> str:
        if not self.has_shop:
            return text
        offers = self.words.gettext("/plan shows what other plans offer.")
        return f"{text} {offers}"


def sentence(trouble: Trouble, words: Words) -> str:
    """What *trouble* means, if there is no figure to tell."""
    return {
        Trouble.unsupported: words.gettext("I find nothing to hear or see behind this link."),
        Trouble.private: words.gettext(
            "This is private: the site shows it only to people who are signed in."
        ),
        Trouble.unavailable: words.gettext("There is nothing behind this link, or not any more."),
        Trouble.region: words.gettext("The site does not show this in the country where I run."),
        Trouble.live: words.gettext("This is live. Send me the link again when it is over."),
        Trouble.protected: words.gettext("This is protected against copying."),
        Trouble.timeout: words.gettext("The site took too long. Please try again later."),
        Trouble.network: words.gettext("The site cannot be reached now. Please try again later."),
        Trouble.site: words.gettext("The site has a fault now. Please try again later."),
        Trouble.disk: words.gettext("I have no room at the moment. Please try again later."),
        Trouble.refused_address: words.gettext("This link leads to a place where I must not go."),
        Trouble.cancelled: words.gettext("Cancelled."),
        Trouble.telegram: words.gettext("Telegram did not take the file. Please try again later."),
    }.get(trouble) or words.gettext("Something went wrong on our side. Please try again later.")
