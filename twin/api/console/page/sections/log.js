// What has happened, the newest first.
import { html } from "../html.js";
import { useWords } from "../words.js";

export function EventLog({ state }) {
  const words = useWords();
  const entries = Object.entries(state.log).sort(([one], [other]) => other - one);
  return html`<section class="log" aria-labelledby="log">
    <h2 id="log">${words.say("log")}</h2>
    <ol aria-live="polite">${entries.map(([number, entry]) => html`<li key=${number}>
      <time>${words.time(entry.at)}</time> ${text(words, entry)}</li>`)}</ol>
  </section>`;
}

function text(words, entry) {
  const values = entry.number ? { count: entry.number, names: entry.names.join(", ") } : { names: words.joined(entry.names) };
  return words.say(`event.${entry.event}`, values);
}
