"""All dashboards, in the order of their links."""

from __future__ import annotations

from deploy.panels.business import BUSINESS
from deploy.panels.engagement import ENGAGEMENT
from deploy.panels.panel import Board
from deploy.panels.performance import PERFORMANCE
from deploy.panels.system import SYSTEM

BOARDS: tuple[Board, ...] = (PERFORMANCE, BUSINESS, SYSTEM, ENGAGEMENT)
