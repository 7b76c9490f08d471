"""Polderstad: a made-up municipality with known answers, in the raw file formats of a real one.

The town stands in data: `plan.toml` (where everything lies), `places.toml` (what there is), `kinds.toml` (how it is
mapped) and `truths.toml` (what must be found in it, and what must not fool anybody).
"""

from voorzieningen.sample.writing import write_sample

__all__ = ["write_sample"]
