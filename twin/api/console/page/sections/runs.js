// The runs that twin verify has left: listed, opened as reports, and two of them compared side by side.
import { useEffect, useState } from "preact/hooks";
import { comparison, runs } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

const SIGNS = { met: "✓", missed: "✗", inconclusive: "?" };

export function Runs() {
  const words = useWords(), [open, setOpen] = useState(false), [listed, setListed] = useState(null), [chosen, choose] = useState([]);
  const [compared, setCompared] = useState(null);
  useEffect(() => { if (open) runs().then(setListed); }, [open]);
  const toggle = (name) => choose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(-2));
  const compare = () => { setCompared({}); comparison(...chosen).then((answer) => setCompared({ ...answer, names: chosen })); };
  return html`<section class="runs" aria-labelledby="runs"><h2 id="runs">${words.say("runs")}</h2>
    <button aria-expanded=${open} onClick=${() => setOpen(!open)}>${words.say(open ? "runs.hide" : "runs.show")}</button>
    ${open && listed?.error && html`<p class="missed" role="alert">${words.message(listed.error)}</p>`}
    ${open && listed?.runs && html`<${List} runs=${listed.runs} chosen=${chosen} toggle=${toggle} />
      <div class="buttons"><button disabled=${chosen.length !== 2} onClick=${compare}>${words.say("runs.compare")}</button></div>`}
    ${open && compared?.error && html`<p class="missed" role="alert">${words.message(compared.error)}</p>`}
    ${open && compared && !compared.error && html`<${Compared} ...${compared} />`}
  </section>`;
}

function List({ runs: rows, chosen, toggle }) {
  const words = useWords();
  if (rows.length === 0) return html`<p class="hint">${words.say("runs.none")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="runs"><table class="stored">
    <thead><tr><th>${words.say("runs.run")}</th><th>${words.say("runs.network")}</th><th>${words.say("runs.when")}</th><th>${words.say("outcome.met")}</th>
      <th>${words.say("outcome.missed")}</th><th>${words.say("outcome.unknown")}</th><th>${words.say("runs.choose")}</th></tr></thead>
    <tbody>${rows.map((run) => html`<tr key=${run.name}>
      <th scope="row"><a href="api/runs/${encodeURIComponent(run.name)}" target="_blank" rel="noreferrer">${run.name}</a></th><td>${run.network}</td><td>${words.moment(run.at)}</td>
      <td class="met">${words.number(run.met, 9)}</td><td class=${run.missed ? "missed" : ""}>${words.number(run.missed, 9)}</td>
      <td>${words.number(run.inconclusive, 9)}</td><td><input type="checkbox" aria-label=${words.say("runs.choose.named", { name: run.name })}
        checked=${chosen.includes(run.name)} onChange=${() => toggle(run.name)} /></td></tr>`)}</tbody></table></div>`;
}

function Compared({ names, counts, targets, differences }) {
  const words = useWords();
  if (!names) return html`<p class="hint" role="status">${words.say("busy")}</p>`;
  const rows = targets.filter((row) => row.change !== "same");
  return html`<h3>${words.say("runs.compared", { before: names[0], after: names[1] })}</h3>
    <ul class="facts">${differences.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
    <p>${Object.entries(counts).filter(([, number]) => number > 0).map(([change, number]) => html`<span class="passed">${words.say("runs.count", { change: words.say(`change.${change}`), number: words.number(number, 9) })}</span>`)}</p>
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${words.say("runs.compare")}><table>
      <thead><tr><th>${words.say("runs.change")}</th><th>${words.say("flow")}</th><th>${words.say("runs.metric")}</th><th>${words.say("runs.target")}</th><th>${names[0]}</th><th>${names[1]}</th></tr></thead>
      <tbody>${rows.map((row, number) => html`<${Pair} key=${number} ...${row} />`)}</tbody></table></div>`}`;
}

function Pair({ change, before, after }) {
  const words = useWords(), known = after ?? before;
  const side = (verdict) => html`<td class=${verdict?.verdict ?? ""}>${verdict ? `${SIGNS[verdict.verdict]} ${words.figure(verdict.value ?? undefined, verdict.unit)}` : "–"}</td>`;
  return html`<tr><th scope="row">${words.say(`change.${change}`)}</th><td>${known.flow}</td><td>${words.named(`metric.${known.metric}`, known.metric)}</td>
    <td>${known.lower ? "≤" : "≥"} ${words.figure(known.target, known.unit)}</td>${side(before)}${side(after)}</tr>`;
}
