"""An electoral system compiled for the kernels, inside proved bounds."""
