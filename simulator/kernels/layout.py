"""The shape of a block: how many draws lie side by side in the lanes of one row."""

from __future__ import annotations

# A counter of Philox gives four words and they serve four draws of the same name, 64 apart; so a
# group is 256 draws, and a block is a whole number of groups. Results do not depend on the number.
QUARTER = 64
GROUP = 4 * QUARTER
BLOCK = 256

# Rows of exactly 1 or 2 kilobytes would fall on the same cache sets; one vector more avoids it.
PAD32 = BLOCK + 16
PAD64 = BLOCK + 8

CHUNK = 16_384

# Draws that are not independent belong to this many replicates in turn, block by block.
REPLICATES = 16

# Of importance sampling: every fifth lane keeps its normals, a defensive mixture.
KEPT_LANE = 5
