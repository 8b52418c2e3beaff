"""What samples say and what may be concluded from them: figures, confidence, verdicts, the certificate. Pure."""
