"""Test methods for service activation (RFC 2544, ITU-T Y.1564, RFC 6349): each result decides the next step; pure."""
