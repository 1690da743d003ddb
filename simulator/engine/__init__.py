"""From a scenario to a run: compile a plan, execute chunks, gather the tally."""
