"""Who acts at funds where nobody asked."""

from kernel.auth import WORKLOAD

SYSTEM = f"{WORKLOAD}funds"  # who prepares and finds what nobody asked for
