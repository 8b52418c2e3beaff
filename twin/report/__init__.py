"""A stored run, rendered: text, JSON, JUnit, HTML, drawings, comparisons. Pure: no lab, no network, no clock.

    twin.report.text.render(run)      the terminal's table
    twin.report.plain.run_text(run)   run.json, and .load_run(folder) back; .verdicts_text(run): verdicts.json
    twin.report.junit.render(run)     junit.xml
    twin.report.html.render(run)      report.html, one file
    twin.report.graph.svg(network, blueprint), .dot(...), .mermaid(...)
    twin.report.compare.compare(before, after), .text(comparison), .as_json(comparison)
"""
