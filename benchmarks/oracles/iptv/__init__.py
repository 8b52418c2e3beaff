"""IPTV: the media delivery index and a player's buffer, and what IPTV channels cost spans and narrow lines."""
