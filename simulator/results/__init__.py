"""Integer tallies, their summary, and the finished run in every form."""
