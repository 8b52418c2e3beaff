"""The parts of the HTML report; `twin.report.page.html` puts them together."""
