"""Where the room can be reached from phones, and what to do where it cannot."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

from ..i18n import _

VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vbox", "virtualbox", "vethernet", "zt", "tailscale", "lxc")
"""Beginnings of the names of networks inside this computer, which no phone can reach."""


@dataclass(frozen=True)
class Found:
    """This computer's addresses that phones may reach, the most likely first; and ``hints`` for the facilitator."""

    addresses: tuple[str, ...]
    hints: tuple[str, ...]


def usable(networks: Mapping[str, Iterable[str]], first: str = "") -> list[str]:
    """From addresses by network: those that others in a local network can reach; ``first`` before all others."""
    found = []
    for name, addresses in networks.items():
        inside = name.lower().startswith(VIRTUAL)
        for text in addresses:
            address = ipaddress.ip_address(text)
            if address.version == 4 and not address.is_loopback and not address.is_link_local:
                found.append((text != first, inside, not address.is_private, name, text))
    real = [one for one in found if not one[1]] or found
    return [one[-1] for one in sorted(real)]


def look(port: int) -> Found:
    """What this computer's networks are now. Sends nothing."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    networks = {
        name: [one.address for one in addresses if one.family == socket.AF_INET]
        for name, addresses in psutil.net_if_addrs().items()
        if name in up
    }
    addresses = usable(networks, _towards_others())
    return Found(tuple(addresses), tuple(hints(networks, addresses, port)))


def _towards_others() -> str:
    """The address that this computer would use to reach others, or nothing; asks the system and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # an address that belongs to nobody
            return str(asked.getsockname()[0])
        except OSError:
            return ""


def hints(
    networks: Mapping[str, Iterable[str]], addresses: list[str], port: int, system: str = sys.platform
) -> list[str]:
    """What a facilitator should know, in plain sentences; the last ones are always true."""
    said = []
    if not addresses:
        lonely = any(ipaddress.ip_address(a).is_link_local for found in networks.values() for a in found)
        if lonely:
            said.append(
                _("This computer is connected, but the network gave it no address: switch its Wi-Fi off and on.")
            )
        said.append(
            _(
                "No network was found. Connect this computer to the Wi-Fi that phones use, or make it a hotspot, then "
                "start again. Until then the room is open on this computer only, for a rehearsal."
            )
        )
        return said
    if len(addresses) > 1:
        others = ", ".join(addresses[1:])
        said.append(
            _(
                "This computer is in several networks. If phones cannot open {first}, start again with --host and one "
                "of these: {others}."
            ).format(first=addresses[0], others=others)
        )
    if any(not ipaddress.ip_address(address).is_private for address in addresses[:1]):
        said.append(
            _("{address} can be reached from the whole internet. Use a network of your own.").format(
                address=addresses[0]
            )
        )
    if system == "win32":
        said.append(
            _(
                "If phones cannot open the page: let Windows Firewall allow Python in private networks, and set this "
                "network to private."
            )
        )
    elif system == "darwin":
        said.append(
            _(
                "If phones cannot open the page: allow incoming connections when macOS asks, or in its firewall "
                "settings."
            )
        )
    else:
        said.append(
            _(
                "If phones cannot open the page: this computer's firewall may block it (sudo ufw allow {port}/tcp)."
            ).format(port=port)
        )
    said.append(
        _(
            "Guest Wi-Fi of hotels often has a sign-in page, or keeps phones apart from computers: a small router or a "
            "phone's hotspot of your own is safer. The internet is not needed."
        )
    )
    return said
