"""The story of the spine, told over HTTP alone: `make demo`."""
