"""The parts of the HTML report; `twin.report.html` puts them together."""
