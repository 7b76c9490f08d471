"""Who lives where: homes in buurten, the people of each buurt on its homes, and totals held against CBS."""

from voorzieningen.residents.homes import Homes, place_homes
from voorzieningen.residents.people import group_figures, place_residents
from voorzieningen.residents.totals import reconcile

__all__ = ["Homes", "group_figures", "place_homes", "place_residents", "reconcile"]
