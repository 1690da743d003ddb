"""A run under way: where its batches go, what is finished, where that is written down."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.engine.dispatch import dispatch
from simulator.engine.execute import shape_for
from simulator.engine.plan import Plan
from simulator.engine.pools import Pool, build
from simulator.errors import FileTrouble, WorkersLost
from simulator.kernels.layout import GROUP
from simulator.results.finished import Finished
from simulator.results.resume import Identity, Look, ResumeFile
from simulator.results.tally import Tally


@dataclass
class Job:
    """A pool, the draws that are finished, and the file that remembers them if there is one."""

    pool: Pool
    seed: int
    finished: Finished
    file: ResumeFile | None = None
    progress: Callable[[Tally], None] | None = None

    @property
    def look(self) -> Look:
        """How far the doubling of draws had come, of a run that goes on."""
        return self.file.look if self.file is not None else Look()

    def reach(self, draws: int, passes: int = 0) -> bool:
        """Simulate every draw below `draws` that is not finished; return whether all are."""
        if self.file is not None:
            look, whole = Look(draws, passes), not any(self.finished.gaps(draws))
            _check_end(self.file.path, self.finished, draws)
            if whole and look == self.file.look:
                # Nothing to write: such a file may lie where nothing can be written.
                return True
            self.file.look = look
            self.file.begin(self.finished)
        try:
            complete = dispatch(self.pool, self.seed, self.finished, draws, self._tell)
        except WorkersLost:
            # Not after an interrupt that raised: a tally may be half added then.
            self._save()
            raise
        self._save()
        return complete

    def _save(self) -> None:
        if self.file is not None:
            self.file.save(self.finished)

    def _tell(self, finished: Finished) -> None:
        if self.file is not None:
            self.file.save_if_due(finished)
        if self.progress is not None:
            self.progress(finished.tally)


def open_job(
    pool: Pool,
    plan: Plan,
    scenario: Mapping[str, Any],
    resume: str | os.PathLike[str] | None = None,
    progress: Callable[[Tally], None] | None = None,
) -> Job:
    """Return the job of a plan, with what a resume file holds of it."""
    empty, seed = Tally(shape_for(plan)), scenario["simulation"]["seed"]
    if resume is None:
        return Job(pool, seed, Finished(empty), None, progress)
    file = ResumeFile(Path(resume), Identity(build(), scenario))
    return Job(pool, seed, file.open(empty), file, progress)


def _check_end(path: Path, finished: Finished, draws: int) -> None:
    """Refuse to shorten a run, or to lengthen one that ends within a group of draws."""
    for _, stop in finished.ranges:
        if stop > draws:
            raise FileTrouble(
                f"{path} holds draws up to {stop:,}, and this run has {draws:,}: ask for "
                f"{stop:,} or more"
            )
        if stop % GROUP and stop != draws:
            raise FileTrouble(
                f"{path} holds a run of {stop:,} draws, no multiple of {GROUP}, which cannot be "
                "made longer"
            )
