# SPDX-License-Identifier: MIT
"""The files an administrator writes: what is read of them, and what is said of their faults."""
