"""A stored run, rendered: text, JSON, JUnit, HTML, drawings, comparisons. Pure: no lab, no network, no clock.

    twin.report.terminal.verdict_table.render(run)      the terminal's table
    twin.report.files.json_files.run_text(run)   run.json, and .load_run(folder) back; .verdicts_text(run):
    verdicts.json twin.report.files.junit.render(run)     junit.xml
    twin.report.page.html.render(run)      report.html, one file
    twin.report.drawing.graph.svg(network, blueprint), .dot(...), .mermaid(...)
    twin.report.terminal.run_comparison.compare(before, after), .text(comparison), .as_json(comparison)
"""
