// The subscribers of the node that is chosen, or all: what each line runs, and how well.
import { html } from "../html.js";
import { useWords } from "../words.js";

const SHOWN = ["mos", "mean-delay", "loss", "goodput"];

export function Subscribers({ plan, state, chosen, choose, act, busy }) {
  const words = useWords(), at = chosen?.kind === "node" ? plan.nodes[chosen.name] : null;
  const flows = Object.entries(plan.flows).filter(([, flow]) => !at || at.lines.includes(flow.line))
    .sort(([a, one], [b, other]) => one.line.localeCompare(other.line, undefined, { numeric: true }) || a.localeCompare(b));
  return html`<section class="subscribers" aria-labelledby="subscribers">
    <h2 id="subscribers">${at ? words.say("subscribers.at", { name: at.title }) : words.say("subscribers")}</h2>
    ${flows.length === 0 ? html`<p class="hint">${words.say("subscribers.none")}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="subscribers"><table>
      <thead><tr><th>${words.say("line")}</th><th>${words.say("flow")}</th>
        ${SHOWN.map((metric) => html`<th>${words.say(`metric.${metric}`)}</th>`)}<th><span class="hidden">${words.say("load")}</span></th></tr></thead>
      <tbody>${flows.map(([name, flow], number) => html`<${Flow} key=${name} name=${name} flow=${flow} plan=${plan} state=${state}
        first=${number === 0 || flows[number - 1][1].line !== flow.line} choose=${choose} act=${act} busy=${busy} />`)}</tbody>
    </table></div>`}
  </section>`;
}

function Flow({ plan, state, name, flow, first, choose, act, busy }) {
  const words = useWords(), figures = state.flows[name], targets = state.targets[name] ?? {};
  const cell = (metric) => {
    const [unit, base] = plan.metrics[metric], value = figures?.[metric];
    const result = state.fidelity.trusted ? targets[metric]?.outcome ?? "" : "unknown";
    return html`<td class=${result}>${figures ? words.figure(value === undefined ? undefined : value / base, unit) : ""}</td>`;
  };
  const change = () => act({ kind: figures ? "stop-load" : "start-load", names: [name] });
  return html`<tr class=${first ? "first" : ""}>
    <th scope="row">${first && (plan.spans[flow.line]
      ? html`<button class="link" onClick=${() => choose({ kind: "span", name: flow.line })}>${flow.line}</button>` : flow.line)}</th>
    <td><i class="swatch back-${plan.classes[flow.service_class] ?? "all"}" aria-hidden="true"></i>${flow.workload}
      ${" "}<span title=${words.say(`direction.${flow.direction}`)}>${flow.direction === "up" ? "↑" : "↓"}</span></td>
    ${SHOWN.map(cell)}
    <td><button class="small" disabled=${busy} onClick=${change}>${words.say(figures ? "stop" : "start")}<span class="hidden"> ${name}</span></button></td>
  </tr>`;
}
