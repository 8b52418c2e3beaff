// Where the packets of a filter go: counts by span, which the map lights, and which stand here in a list.
import { useState } from "preact/hooks";
import { address } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

export function Trace({ trace, begin, stop }) {
  const words = useWords(), [filter, setFilter] = useState("udp port 5060");
  const submit = (event) => {
    event.preventDefault();
    begin(filter);
  };
  const rows = Object.entries(trace?.total ?? {}).sort(([, one], [, other]) => other[0] + other[1] - one[0] - one[1]);
  return html`<div class="trace"><form class="fields" onSubmit=${submit}>
      <label class="wide">${words.say("trace.filter")} <input value=${filter} spellcheck=${false} onInput=${(event) => setFilter(event.target.value)} /></label>
      <button>${words.say("trace.begin")}</button>
      <button type="button" disabled=${!trace} onClick=${stop}>${words.say("trace.stop")}</button>
    </form>
    ${trace?.error && html`<p class="missed" role="alert">${words.message(trace.error)}</p>`}
    ${trace && !trace.error && html`<p class="followed" role="status">${rows.length === 0 ? words.say("trace.none", { filter: trace.filter })
      : html`${words.say("trace.passes", { filter: trace.filter })} ${rows.map(([span, [forth, back]]) =>
        html`<span class="passed" key=${span}>${span} <small>${words.number(forth)}→ ←${words.number(back)}</small></span>`)}`}</p>`}
  </div>`;
}

/** Follow the packets of a filter; onChange gets { filter, now, total, error }. Returns what ends it. */
export function followed(filter, onChange) {
  let trace = { filter, now: {}, total: {}, error: "" };
  const socket = new WebSocket(address(`api/trace?${new URLSearchParams({ filter })}`));
  socket.onmessage = ({ data }) => {
    const counts = JSON.parse(data);
    trace = counts.error ? { ...trace, error: counts.error } : { ...trace, now: counts, total: added(trace.total, counts) };
    onChange(trace);
  };
  return () => { socket.onmessage = null; socket.close(); };
}

function added(total, counts) {
  const sums = { ...total };
  for (const [span, [forth, back]] of Object.entries(counts)) {
    const before = sums[span] ?? [0, 0];
    sums[span] = [before[0] + forth, before[1] + back];
  }
  return sums;
}
