"""IPTV: set-top boxes that join and leave channels."""
