"""Plain Python that anyone can rerun: the tree, signed notes, tiles, proofs and receipts."""
