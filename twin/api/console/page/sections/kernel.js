// What stands in the kernel at the span or switch that is chosen: queues as a tree, rules, groups and meters.
import { useEffect, useState } from "preact/hooks";
import { inspect } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

export function Kernel({ plan, chosen }) {
  const words = useWords(), [read, setRead] = useState(null), [number, setNumber] = useState(0);
  const known = chosen && (chosen.kind === "span" || plan.nodes[chosen.name].kind !== "head-end");
  useEffect(() => {
    let gone = false;
    setRead(null);
    if (known) inspect(chosen.name).then((answer) => { if (!gone) setRead(answer); });
    return () => { gone = true; };
  }, [plan, chosen, number]);
  if (!known) return null;
  return html`<section class="kernel" aria-labelledby="kernel">
    <h2 id="kernel">${words.say("kernel")} <button class="small" onClick=${() => setNumber(number + 1)}>${words.say("kernel.again")}</button></h2>
    ${!read ? html`<p class="hint" role="status">${words.say("busy")}</p>` : read.error ? html`<p role="alert" class="missed">${words.message(read.error)}</p>`
      : html`<${Tables} read=${read} />`}
  </section>`;
}

function Tables({ read }) {
  const words = useWords();
  return html`<div class="tables">
    ${Object.entries(read.queues ?? {}).map(([node, queues]) => html`<${Table} key=${node} title=${words.say("kernel.queues", { name: node })}
      columns=${["queue", "options", "sent", "packets", "dropped", "waiting"]} rows=${queues.map((queue) => [
        html`<span class="depth-${Math.min(queue.depth, 9)}">${queue.kind} ${queue.handle}</span>`, code(queue.options), words.size(queue.size),
        words.number(queue.packets, 9), words.number(queue.dropped, 9), words.size(queue.backlog)])} />`)}
    ${read.flows?.length > 0 && html`<${Table} title=${words.say("kernel.flows")} columns=${["table", "priority", "match", "actions", "packets"]}
      rows=${read.flows.map((flow) => [flow.table, flow.priority, code(flow.match || "*"), code(flow.actions), words.number(flow.packets, 9)])} />`}
    ${read.groups?.length > 0 && html`<${Table} title=${words.say("kernel.groups")} columns=${["number", "kind", "buckets", "packets"]}
      rows=${read.groups.map((group) => [group.number, group.kind, code(group.buckets), words.number(group.packets, 9)])} />`}
    ${read.meters?.length > 0 && html`<${Table} title=${words.say("kernel.meters")} columns=${["number", "bands", "packets", "dropped"]}
      rows=${read.meters.map((meter) => [meter.number, code(meter.bands), words.number(meter.packets, 9), words.number(meter.dropped, 9)])} />`}
  </div>`;
}

/** A text of a tool, which breaks into lines after its commas. */
function code(text) {
  return html`<code>${text.split(",").map((part, number) => (number ? html`,<wbr />${part}` : part))}</code>`;
}

function Table({ title, columns, rows }) {
  const words = useWords();
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${title}><table><caption>${title}</caption>
    <thead><tr>${columns.map((name) => html`<th>${words.say(`column.${name}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((row, number) => html`<tr key=${number}>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
