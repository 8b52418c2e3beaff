"""Web pages, mail, DNS, interactive sessions: request and response."""
