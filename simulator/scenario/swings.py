"""How the language states swing kernels: one of them, or the parts of a mixture."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from simulator.errors import suggest
from simulator.scenario.numbers import Share, fault, share_text, show

SwingKernel = Literal["softmax", "logit", "proportional", "additive"]
KERNELS: tuple[SwingKernel, ...] = ("softmax", "logit", "proportional", "additive")


def by_weights() -> dict[SwingKernel, Fraction]:
    """Return the default mixture: weights alone."""
    return {"softmax": Fraction(1)}


def _one_kernel(value: Any) -> Any:
    """Read the name of a kernel as the mixture of it alone."""
    parts = {value: 1} if isinstance(value, str) else value
    if isinstance(parts, dict):
        for name in parts:
            if name not in KERNELS:
                hint = suggest(str(name), list(KERNELS)) or "one of: " + ", ".join(KERNELS)
                raise fault("E207", f"{show(name)} is no swing kernel", hint)
    return parts


def _whole(parts: dict[SwingKernel, Fraction]) -> dict[SwingKernel, Fraction]:
    total = sum(parts.values(), Fraction(0))
    if total != 1:
        text = f"the parts of the mixture add up to {share_text(total)}"
        raise fault("E213", text, "together they are 100%")
    return parts


Mixture = Annotated[
    dict[SwingKernel, Share],
    BeforeValidator(_one_kernel),
    AfterValidator(_whole),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(KERNELS)},
                {
                    "type": "object",
                    "properties": {
                        name: {"anyOf": [{"type": "string"}, {"type": "number"}]}
                        for name in KERNELS
                    },
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
