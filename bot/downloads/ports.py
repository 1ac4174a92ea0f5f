"""Says which ports a web server may have."""

from __future__ import annotations

LOWEST_FREE = 1024
WEB = {80, 443}
# Media servers and radio stations sit on any high port, so high ports are open but for services
# that a request, or the bytes in a tunnel, could make do something: mail and chat, databases,
# queues, remote desktops, containers, other proxies.  Browsers keep a list like this one.
NOT_WEB = {
    *(1080, 3128),  # proxies
    *(1433, 1521, 3050, 3306, 5432, 5984, 6379, 6380, 9042, 11211, 50000),  # databases
    *range(27017, 27021),  # MongoDB
    *(9200, 9300),  # Elasticsearch
    *(1883, 8883, 4222, 5671, 5672, 9092, 61613, 61616),  # queues
    *(2181, 2375, 2376, 2377, 2379, 2380, 4243, 6443, 8500, 10250, 10255),  # clusters
    *(1719, 1720, 5060, 5061, 5222, 5223, 5269, *range(6660, 6670), 6679, 6697),  # talk
    *(1723, 3389, 5985, 5986, *range(5900, 5911), *range(6000, 6064)),  # other people's screens
    *(2049, 3659, 4045, 4190, 4369, 6566, 10080),  # the rest of the browsers' list, and Erlang
}


def is_web(port: int) -> bool:
    """Whether *port* may be dialled: 80, 443, and from 1024 up all that is no other service."""
    return port in WEB or (port >= LOWEST_FREE and port not in NOT_WEB)
