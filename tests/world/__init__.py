# SPDX-License-Identifier: MIT
"""A world of mail to put Wandle into: real servers on loopback, people with keys, Wandle installed."""
