"""Engagements' bodies as far as their button is made of them."""

from __future__ import annotations

import copy
from typing import Any

from lpconf.engine.button.parsing import button_of
from lpconf.model.button import Look
from tests.account import QUIRKS

LABEL_STYLE = {
    "color": "#ffffff",
    "fontFamily": "Arial,Helvetica,sans-serif",
    "fontSize": 16,
    "fontStyle": "normal",
    "fontWeight": "normal",
    "left": -23,
    "top": 53,
    "transform": "rotate(270deg)",
    "white-space": "nowrap",
    "zIndex": 601,
}
ONLINE: dict[str, Any] = {
    "displayInstanceType": 2,
    "enabled": True,
    "macros": [],
    "events": {"click": {"enabled": True, "target": "_blank"}},
    "presentation": {
        "background": {"color": "#0363AD", "image": ""},
        "border": {"radius": 30, "width": 0, "color": "transparent"},
        "size": {"width": "40", "height": "152"},
        "elements": {
            "images": [
                {"imageUrl": "{galleryBasePath}/icon.png", "alt": "", "css": {"left": 8, "top": 113, "zIndex": 600}}
            ],
            "labels": [{"text": "Message us", "css": LABEL_STYLE}],
        },
    },
}
"""The captured one of facts 5.8."""

BODY: dict[str, Any] = {
    "enabled": True,
    "type": 6,
    "subType": 24,
    "channel": 1,
    "position": {"left": 0, "top": 0, "type": 6},
    "displayInstances": [ONLINE, {"displayInstanceType": 1, "enabled": False, "presentation": {"elements": {}}}],
}


def changed(**places: Any) -> dict[str, Any]:
    """The captured presentation with other values; `border__color` is `border.color`."""
    instance = copy.deepcopy(ONLINE)
    for place, value in places.items():
        *parents, last = place.split("__")
        inside = instance["presentation"]
        for step in parents:
            inside = inside[step]
        inside[last] = value
    return {**BODY, "displayInstances": [instance]}


def styled(**css: Any) -> Look:
    """The look whose label has another style."""
    label = {"text": "Message us", "css": {**LABEL_STYLE, **css}}
    return look(changed(elements={"labels": [label]}))


def look(body: dict[str, Any]) -> Look:
    (found,) = button_of(body, QUIRKS).looks
    return found
