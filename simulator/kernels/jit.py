"""How this project compiles: one decorator, strict IEEE arithmetic, one cache folder per version.

Every function of this package is compiled by :func:`kernel` and by nothing else. No flag lets the
compiler reorder or fuse arithmetic, so the same draw gives the same bits on every processor. The
three flags that are set only promise what the model guarantees: no NaN, no infinity, and no
interest in the sign of zero; they let LLVM turn comparisons into vector selects.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
from numba.extending import overload

P = ParamSpec("P")
R = TypeVar("R")

_PROMISES = {"nnan", "ninf", "nsz"}

# An inner function is never called from Python, and no kernel allocates: without wrappers and
# reference counts compilation takes two thirds of the time.
_INNER = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": _PROMISES,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


def source_key() -> str:
    """Return a short hash of every kernel file, so that an edited kernel is never read stale.

    numba looks only at the file of the cached function itself; the folder name looks at all.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of compiled kernels: the user's cache, never the installation."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if named:
        root = Path(named)
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path.home() / ".cache"
    return root / "simseats" / f"kernels-{source_key()}"


def compiled_before(variant: tuple[object, ...]) -> bool:
    """Tell whether this variant of the kernels was run before with this cache."""
    return _mark(variant).exists()


def remember_compiled(variant: tuple[object, ...]) -> None:
    """Leave a mark that this variant is in the cache; a cache that cannot be written has none."""
    if CACHED and _mark(variant).parent.is_dir():
        _mark(variant).touch()


def _mark(variant: tuple[object, ...]) -> Path:
    name = "-".join(str(part) for part in variant)
    return cache_folder() / f"compiled-{numba.__version__}-{name}"


def _choose_cache() -> bool:
    """Point numba at the cache folder; report whether it can be written."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        return False
    if writable:
        numba.config.CACHE_DIR = str(folder)
    return writable


CACHED = _choose_cache()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function`: releases the interpreter lock, strict IEEE, divides like numpy.

    It is kept on disk too: half of the time in which another outermost kernel is compiled.
    """
    compiled: Callable[P, R] = numba.njit(cache=CACHED, **_INNER)(function)
    return compiled


def scalar(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of scalars that is always inlined: a call would stop vectorisation."""
    compiled: Callable[P, R] = numba.njit(forceinline=True, cache=CACHED, **_INNER)(function)
    return compiled


def station(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that takes whole groups of arrays: its body is copied into the caller.

    Handing a group of thirty arrays from one compiled function to the next costs more than the
    work in between, at compile time and at run time.
    """
    compiled: Callable[P, R] = numba.njit(inline="always", **_INNER)(function)
    return compiled


def chosen(choose: Callable[..., Callable[..., None]]) -> Callable[..., None]:
    """Return a kernel whose body depends on the class of its first argument.

    `choose` has the parameters of the kernel: it is called with that class (NoneType for None) in
    the place of the first, and returns the body, a plain function with the same parameters. The
    body is copied into the caller like a station; other bodies are not compiled.
    """

    @functools.wraps(choose)
    def pick(first: Any, *others: Any) -> Callable[..., None]:
        return choose(getattr(first, "instance_class", type(None)), *others)

    @functools.wraps(choose)
    def call(*_: Any) -> None:
        raise NotImplementedError("only compiled code calls this")

    overload(call, inline="always")(pick)
    return call


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile an outermost kernel and keep the machine code on disk for the next process."""
    compiled: Callable[P, R] = numba.njit(
        nogil=True, cache=CACHED, error_model="numpy", fastmath=_PROMISES, _nrt=False
    )(function)
    return compiled
