// Targets as lights: one a workload, with its metrics below, and the workload's load to start and stop.
import { lights, outcome, SIGNS } from "../figures.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

export function Targets({ plan, state, act, busy }) {
  const words = useWords(), trusted = state.fidelity.trusted, rows = lights(plan, state);
  const running = (workload) => Object.keys(state.flows).filter((flow) => plan.flows[flow]?.workload === workload).length;
  const workloads = [...new Set(Object.values(plan.flows).map((flow) => flow.workload))];
  return html`<section class="targets" aria-labelledby="targets">
    <h2 id="targets">${words.say("targets")}</h2>
    <ul>${workloads.map((workload) => html`<${Light} key=${workload} workload=${workload} plan=${plan} trusted=${trusted}
      rows=${rows.filter((row) => row.workload === workload)} running=${running(workload)} act=${act} busy=${busy} />`)}</ul>
  </section>`;
}

function Light({ plan, workload, rows, trusted, running, act, busy }) {
  const words = useWords(), result = outcome(rows, trusted);
  const change = () => act({ kind: running ? "stop-load" : "start-load", names: [workload] });
  return html`<li class="light ${result}" data-workload=${workload}><details>
    <summary><i aria-hidden="true">${SIGNS[result]}</i><strong>${workload}</strong>
      <span class="outcome">${words.say(`outcome.${result}`)} · ${words.say("flows", { count: running })}</span></summary>
    ${rows.map((row) => html`<${Row} key=${row.metric} row=${row} plan=${plan} trusted=${trusted} />`)}
    <button disabled=${busy} onClick=${change}>${words.say(running ? "stop" : "start")}<span class="hidden"> ${workload}</span></button>
  </details></li>`;
}

function Row({ plan, row, trusted }) {
  const words = useWords(), unit = plan.metrics[row.metric][0], result = outcome([row], trusted);
  const total = row.counts.met + row.counts.missed + row.counts.inconclusive;
  return html`<span class="row ${result}" title=${row.worst.reason}>
    <span>${words.named(`metric.${row.metric}`, row.metric)}</span>
    <b>${words.figure(row.worst.value, unit)}</b>
    <small>${row.worst.lower ? "≤" : "≥"}\u00a0${words.figure(row.worst.target, unit)} · ${words.number(row.counts.met)}/${words.number(total)}</small>
  </span>`;
}
