"""Subscriber access: line profiles and groups, DSL reach, bandwidth profiles."""
