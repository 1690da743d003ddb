"""A scenario whose every text is an attack, as a file that the program accepts."""

from __future__ import annotations

import json
from pathlib import Path

# Each would set a mark in a page that ran it, or break out of where it stands.
ATTACKS = (
    '"><script>window.ran=1</script>',
    "</style><script>window.ran=2</script>",
    "</script><script>window.ran=3</script>",
    "</title></svg><script>window.ran=4</script>",
    "--><script>window.ran=5</script><!--",
    "]]><script>window.ran=6</script>",
    "javascript:window.ran=7//",
    "{{7*7}}{% set x = 8 %}{# gone #}",
    "'\"><img src=x onerror=window.ran=9>",
    '" onfocus=window.ran=10 autofocus x="',
    "}*{display:none}</style>",
    "url(https://evil.example/x)",
    "\u202etxt.exe\u2066 \u200f is turned",
    "\x1b]0;title\x07\x1b[31m",
    "first line\nfingerprint 0000-0000-0000-0000",
    "=cmd|' /C calc'!A0",
    "<svg/onload=window.ran=17>",
    "&#60;script&#62;window.ran=18&#60;/script&#62;",
    "<iframe srcdoc='<script>parent.ran=19</script>'>",
    "${7*7} #{7*7} <%= 7*7 %>",
)
FILE = '"><script>window.ran=21<\\script>{{7*7}} $(id).yaml'


def hostile_text() -> str:
    """Return the scenario: every text an attack, all of them different."""
    left = iter(ATTACKS * 4)

    def attack() -> str:
        return json.dumps(next(left))

    parties = "\n".join(
        f"  {key}: {{name: {attack()}, share: {share}%}}"
        for key, share in zip("abcdef", (34, 26, 18, 11, 6.2, 4.8), strict=True)
    )
    regions = "\n".join(
        f"    r{k}: {{name: {attack()}, districts: 2, doubt: {attack()}}}" for k in range(3)
    )
    return f"""schema: simseats/1
name: {attack()}
chamber: {attack()}
parties:
{parties}
tiers:
  list: {{seats: 20, method: sainte-lague, threshold: 5%, doubt: {attack()}}}
  district: {{seats: 6}}
electorate:
  registered: 300000
  turnout: 60%
  regions:
{regions}
  field:
    nominees: [a, b]
    independents: 2
    strength: -0.5
    basis: {attack()}
    alternatives:
      {attack()}: {{strength: 0.1, basis: {attack()}}}
majorities: {{{attack()}: 14, {attack()}: 18}}
coalitions: {{{attack()}: [a, b], {attack()}: [b, c]}}
compare:
  - {{name: {attack()}, set: {{tiers.list.method: dhondt}}}}
sources: [{attack()}, {attack()}, {attack()}]
simulation: {{draws: 2048, seed: 1}}
uncertainty: {{effective_sample: 300}}
"""


def write_hostile(folder: Path) -> Path:
    """Write the scenario under a hostile name."""
    path = folder / FILE
    path.write_text(hostile_text(), encoding="utf-8")
    return path
