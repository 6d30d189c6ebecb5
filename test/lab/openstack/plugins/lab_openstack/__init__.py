"""What OpenStack loads as plugins in the lab."""
