"""Draws of shares from netCDF files, as ArviZ, PyMC and xarray write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.scenario.posterior import missing_package

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = ("chain", "draw", "region", "option")


def read_netcdf(
    path: Path, shown: str, variable: str | None
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
    """Return options, regions and values (draws, regions, options) of a variable.

    The variable has the dimensions draw and option, and may have chain and region; names of
    options and regions are its coordinates. Chains are put one after the other. A file of ArviZ
    keeps its variables in the group "posterior".
    """
    try:
        import xarray
    except ImportError:
        raise missing_package(shown, "netCDF", "xarray", "xarray") from None
    try:
        with xarray.open_dataset(path) as data:
            found = _choose(data.load(), shown, variable) if data.data_vars else None
        if found is None:
            with xarray.open_dataset(path, group="posterior") as data:
                found = _choose(data.load(), shown, variable)
    except ImportError:
        raise missing_package(shown, "netCDF", "h5netcdf", "xarray") from None
    except (OSError, ValueError, KeyError) as trouble:
        what = " ".join(str(trouble).split())[:200]
        raise _refuse(shown, f"not a netCDF file of draws: {what}") from None
    return _arrange(found, shown)


def _choose(data: Any, shown: str, variable: str | None) -> Any:
    """Return the variable that holds the shares."""
    names = [str(name) for name in data.data_vars]
    fitting = [name for name in names if {"draw", "option"} <= set(data[name].dims)]
    if variable is not None:
        if variable not in names:
            hint = suggest(variable, names) or "it has: " + ", ".join(names[:8])
            raise _refuse(shown, f'the file has no variable "{variable}"', hint)
        return data[variable]
    if len(fitting) != 1:
        what = f"{len(fitting) or 'no'} variables of the file have the dimensions draw and option"
        known = fitting or names
        hint = "name one with variable: " + ", ".join(known[:8]) if known else ""
        raise _refuse(shown, what, hint)
    return data[fitting[0]]


def _arrange(
    found: Any, shown: str
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
    """Return options, regions and values of a variable, chains one after the other."""
    import numpy as np

    dims = [str(name) for name in found.dims]
    for name in ("draw", "option"):
        if name not in dims:
            hint = "its dimensions are: " + ", ".join(dims)
            raise _refuse(shown, f'the variable "{found.name}" has no dimension {name}', hint)
    strange = [name for name in dims if name not in DIMENSIONS]
    if strange:
        hint = "dimensions are draw and option, and may be chain and region"
        raise _refuse(shown, f'"{strange[0]}" is no dimension of draws', hint)
    for name in ("option", "region"):
        if name in dims and name not in found.coords:
            raise _refuse(shown, f"the dimension {name} has no names", "give it a coordinate")
    values = found.transpose(*(name for name in DIMENSIONS if name in dims)).values
    if "chain" in dims:
        values = values.reshape(-1, *values.shape[2:])
    if not values.size:
        raise _refuse(shown, "the file has no draws")
    options = tuple(str(name) for name in found["option"].values)
    regions = tuple(str(name) for name in found["region"].values) if "region" in dims else ()
    return options, regions, np.ascontiguousarray(values, np.float64)


def _refuse(shown: str, message: str, hint: str = "") -> InvalidScenario:
    return InvalidScenario((Diagnostic(shown, 0, 0, "E230", message, hint),))
