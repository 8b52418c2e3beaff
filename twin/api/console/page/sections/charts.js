// Charts that scroll: the load of the span that is chosen by class, and the delay of the flows of a line or node.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { html } from "../html.js";
import { useWords } from "../words.js";

const HEIGHT = 190, SHOWN_S = 300;
// How many of the last seconds the table beside a chart has.
const ROWS = 10;

export function Charts({ plan, state, history, chosen }) {
  const words = useWords(), charts = chosen ? chartsOf(plan, chosen, words) : [];
  if (charts.length === 0) return null;
  return html`<section class="charts" aria-labelledby="charts"><h2 id="charts">${words.say("charts")}</h2>
    <div class="tiles">${charts.map((chart) => html`<${Chart} key=${chart.title} ...${chart} history=${history} at=${state.at} />`)}</div>
  </section>`;
}

/** The charts of what is chosen: [{ title, series: [{ name, colour, dash }], value, show }]. */
function chartsOf(plan, chosen, words) {
  if (chosen.kind === "node") return delays(plan, plan.nodes[chosen.name].lines, words);
  const span = plan.spans[chosen.name], none = plan.policy === "none";
  const names = none ? [""] : Object.keys(plan.classes);
  const series = names.map((name) => ({ name, label: name || words.say("all"), colour: plan.classes[name] ?? "all" }));
  const load = (way, to) => ({
    title: words.say("charts.load", { name: to }), series, show: (rate) => words.rate(rate),
    value: (seen, name) => seen.spans[chosen.name]?.[way]?.rates[name] ?? 0,
  });
  return [load("forth", span.b), load("back", span.a), ...(span.line ? delays(plan, [chosen.name], words) : [])];
}

function delays(plan, lines, words) {
  const flows = Object.entries(plan.flows).filter(([, flow]) => lines.includes(flow.line));
  const series = flows.map(([name, flow], number) => ({
    name, label: name, colour: plan.classes[flow.service_class] ?? "all", dash: number % 3 ? [2 + 3 * (number % 3), 4] : undefined }));
  return series.length ? [{
    title: words.say("charts.delay"), series, show: (delay) => words.delay(delay), value: (seen, name) => seen.flows[name]?.["mean-delay"],
  }] : [];
}

function Chart({ title, series, value, show, history, at }) {
  const words = useWords(), place = useRef(null), plot = useRef(null), data = useRef(null);
  const names = series.map((one) => one.name).join(" ");
  data.current = history.series(series.map((one) => one.name), value);
  const options = useMemo(() => ({ series, show, words }), [names, words]);
  useEffect(() => {
    const here = place.current;
    let gone = false, resized;
    import("uplot").then(({ default: UPlot }) => {
      if (gone) return;
      const drawn = plot.current = new UPlot(optionsOf(options, here.clientWidth), data.current, here);
      resized = new ResizeObserver(() => drawn.setSize({ width: here.clientWidth, height: HEIGHT }));
      resized.observe(here);
    });
    return () => { gone = true; resized?.disconnect(); plot.current?.destroy(); plot.current = null; };
  }, [options]);
  useEffect(() => {
    const now = at / 1e9;
    plot.current?.batch(() => { plot.current.setData(data.current, false); plot.current.setScale("x", { min: now - SHOWN_S, max: now }); });
  }, [at]);
  return html`<figure class="chart"><figcaption>${title}</figcaption>
    <div class="plot" aria-hidden="true" ref=${place}></div>
    <p class="legend">${series.map((one) => html`<span><i class="swatch back-${one.colour}" aria-hidden="true"></i>${one.label}</span>`)}</p>
    <details><summary>${words.say("charts.table")}</summary><div class="scroll" tabindex="0" role="region" aria-label=${title}>
      <${Table} series=${series} show=${show} data=${data.current} /></div></details></figure>`;
}

/** One row a second, the newest first. */
function Table({ series, show, data: [times, ...values] }) {
  const words = useWords(), rows = [];
  for (let place = times.length - 1; place >= 0 && rows.length < ROWS; place -= 1) {
    if (rows.length === 0 || times[place] <= times[rows.at(-1)] - 0.9) rows.push(place);
  }
  return html`<table><thead><tr><th>${words.say("time")}</th>${series.map((one) => html`<th>${one.label}</th>`)}</tr></thead>
    <tbody>${rows.map((place) => html`<tr key=${place}><th scope="row">${words.time(times[place] * 1e9)}</th>
      ${values.map((of) => html`<td>${of[place] === null ? "–" : show(of[place])}</td>`)}</tr>`)}</tbody></table>`;
}

function optionsOf({ series, show, words }, width) {
  const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  return {
    width, height: HEIGHT, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: true, auto: false }, y: { range: (_, least, most) => [0, Math.max(most ?? 0, 1) * 1.08] } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => words.time(tick * 1e9)), space: 90, size: 26 },
      { ...axis, size: 84, values: (_, ticks) => ticks.map((tick) => (tick ? show(tick) : "0")) }],
    series: [{}, ...series.map((one) => ({
      stroke: colour(one.colour === "all" ? "--soft" : `--class-${one.colour}`), width: 2, dash: one.dash, points: { show: false },
      spanGaps: false }))],
  };
}
