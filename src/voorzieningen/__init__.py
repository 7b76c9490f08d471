"""The facilities-gap toolkit for Dutch municipalities."""
