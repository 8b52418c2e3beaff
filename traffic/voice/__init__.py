"""Telephony: SIP, the softswitch, RTP speech."""
