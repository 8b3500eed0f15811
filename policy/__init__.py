"""City policy as data: packs, snapshots, the closed set of rule kinds, and determinations that can be replayed."""
