"""How sure a share of failures is: three failures at night are not yet an outage."""

from __future__ import annotations

from math import sqrt

from bot.alerts.snapshot import Share

# One-sided 98 %: a healthy 1 % at n = 10 then trips in 0.02 % of the windows.
Z = 2.054
AT_LEAST = 3


def wilson_lower(bad: int, total: int, z: float) -> float:
    """The lower end of the score interval for bad / total, between 0 and 1; 0 without any.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), pages 209 to 212.
    """
    if not total:
        return 0.0
    share, square = bad / total, z * z
    middle = share + square / (2 * total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    # Rounding may leave the interval by the last bit.
    return min(max((middle - half) / (1 + square / total), 0.0), share)


def is_evident(share: Share, threshold: float) -> bool:
    """Whether more than *threshold* (0 to 1) of all really fail, judged by this sample."""
    return share.bad >= AT_LEAST and wilson_lower(share.bad, share.total, Z) > threshold
