// Shells in nodes, several at once: what is typed goes there, and output is asked for as fast as it is shown.
import { useEffect, useRef, useState } from "preact/hooks";
import { address } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

// Bytes that are shown before the console is told.
const TOLD = 32_768;
// Bytes since the last key that are read aloud: xterm gathers a longer line without end in one text, ever more slowly.
const ALOUD = 65_536;
const KEY_OUT = "F6";

export function Terminals({ plan, opened, open, close }) {
  const words = useWords(), [node, setNode] = useState("");
  const nodes = [...new Set([...Object.keys(plan.nodes), ...Object.values(plan.nodes).flatMap((one) => one.lines)])];
  const submit = (event) => {
    event.preventDefault();
    open(node || nodes[0]);
  };
  return html`<section class="terminals" aria-labelledby="terminals">
    <h2 id="terminals">${words.say("terminals")}</h2>
    <form class="fields" onSubmit=${submit}>
      <label>${words.say("node")} <select value=${node || nodes[0]} onChange=${(event) => setNode(event.target.value)}>
        ${nodes.map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
      <button>${words.say("terminals.open")}</button><span class="hint">${words.say("terminals.leave", { key: KEY_OUT })}</span>
    </form>
    <div class="tiles">${opened.map((one) => html`<${Shell} key=${one.number} ...${one} close=${() => close(one.number)} />`)}</div>
  </section>`;
}

function Shell({ node, number, close }) {
  const words = useWords(), place = useRef(null), leave = useRef(null), [end, setEnd] = useState("");
  useEffect(() => {
    let stop = () => {};
    Promise.all([import("@xterm/xterm"), import("@xterm/addon-fit")]).then(([{ Terminal }, { FitAddon }]) => {
      allowStyles();
      if (place.current) stop = connected(new Terminal(look()), new FitAddon(), node, place.current, leave.current, setEnd);
    });
    return () => stop();
  }, []);
  const said = end.error ? words.message(end.error) : (end ? words.say("terminals.ended", { status: end.exit_status ?? "–" }) : "");
  return html`<article class="shell" aria-label=${words.say("terminals.on", { name: node })} data-terminal=${number}>
    <h3>${node} <span class="hint" role="status">${said}</span>
      <button class="small" ref=${leave} onClick=${close}>${words.say("close")}<span class="hidden"> ${node}</span></button></h3>
    <div class="screen" ref=${place}></div></article>`;
}

/** Connect a terminal with a node's shell; returns what ends it. setEnd gets { exit_status } or { error }. */
function connected(terminal, fit, node, place, leave, setEnd) {
  terminal.loadAddon(fit);
  terminal.open(place);
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== KEY_OUT) return true;
    if (event.type === "keydown") leave.focus();
    event.preventDefault();
    return false;
  });
  const size = new URLSearchParams({ rows: terminal.rows, columns: terminal.cols });
  const socket = new WebSocket(address(`api/terminal/${encodeURIComponent(node)}?${size}`));
  const early = [];  // What is typed before the console has answered.
  const tell = (message) => {
    if (socket.readyState === WebSocket.CONNECTING) early.push(message);
    else if (socket.readyState === WebSocket.OPEN) socket.send(message);
  };
  socket.onopen = () => early.forEach((message) => socket.send(message));
  let shown = 0, ended = false, unheard = 0;
  const aloud = (on) => { if (terminal.options.screenReaderMode !== on) terminal.options.screenReaderMode = on; };
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") { ended = true; setEnd(JSON.parse(data)); return; }
    unheard += data.byteLength;
    aloud(unheard < ALOUD);
    terminal.write(new Uint8Array(data), () => {
      shown += data.byteLength;
      if (shown >= TOLD) { tell(JSON.stringify({ taken: shown })); shown = 0; }
    });
  };
  socket.onclose = () => { if (!ended) setEnd({}); };
  terminal.onData((keys) => { unheard = 0; aloud(true); tell(new TextEncoder().encode(keys)); });
  terminal.onResize(({ rows, cols }) => tell(JSON.stringify({ size: [rows, cols] })));
  const resized = new ResizeObserver(() => fit.fit());
  resized.observe(place);
  terminal.focus();
  return () => { resized.disconnect(); socket.close(); terminal.dispose(); };
}

function look() {
  const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(name).trim();
  return {
    screenReaderMode: true, scrollback: 5000, fontSize: 13, cursorBlink: false,
    theme: { background: colour("--terminal"), foreground: "#e8e6e1", cursor: "#e8e6e1" },
  };
}

/** Let the style sheets that a terminal adds carry the page's nonce, without which they are refused; its option for
 *  another document does not reach all of them (xterm 6.0.0). */
function allowStyles() {
  const { nonce } = document.querySelector("script[nonce]"), create = Document.prototype.createElement;
  document.createElement = (name, options) => {
    const element = create.call(document, name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  };
}
