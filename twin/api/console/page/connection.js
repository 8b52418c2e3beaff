// The one websocket of a page: a snapshot first, then differences (JSON Merge Patch, RFC 7396); and commands by POST.

const RETRY_MS = 1000;
// How long a captured file is kept for the browser to save it.
const KEPT_MS = 60_000;

/** A state with a difference applied; objects that do not change stay the same objects. */
export function applied(before, change) {
  const result = { ...before };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    else if (typeof value === "object" && !Array.isArray(value)) result[key] = applied(isObject(before[key]) ? before[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The address of a websocket of this page. */
export function address(path) {
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}

/** Follow the twin: onChange gets { plan, state, connected } at most once a frame. */
export function follow(onChange) {
  let now = { plan: null, state: null, connected: false }, waiting = false;
  const show = () => { waiting = false; onChange(now); };
  const change = (next) => {
    now = next;
    if (!waiting) { waiting = true; requestAnimationFrame(show); }
  };
  const open = () => {
    const socket = new WebSocket(address("api/events"));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      change(message.kind === "snapshot" ? { plan: message.plan, state: message.state, connected: true }
        : { ...now, state: applied(now.state, message.change) });
    };
    socket.onclose = () => { change({ ...now, connected: false }); setTimeout(open, RETRY_MS); };
  };
  open();
}

/** Capture the packets of a place and save them as a file; resolves to "" or to the reason why it was refused. */
export async function save(place, values) {
  try {
    const answer = await fetch(`api/capture/${encodeURIComponent(place)}?${new URLSearchParams(values)}`);
    if (!answer.ok) return (await answer.json()).error;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `${place}.pcap`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
    return "";
  } catch (fault) {
    return String(fault.message);
  }
}

/** What stands in the kernel at a span or switch; { error } where it cannot be read. */
export const inspect = (place) => read(`api/inspection/${encodeURIComponent(place)}`);

/** The runs that are stored: { runs }, or { error }. */
export const runs = () => read("api/runs");

/** Two runs target by target, or { error }. */
export const comparison = (before, after) => read(`api/comparison?${new URLSearchParams({ before, after })}`);

/** The sheet of the exercise that is worked on: { sheet, doing, share }, {} where there is none, or { error }. */
export const sheet = () => read("api/sheet");

/** The seat in a class: what it waits for, and messages; {} where there is none, or { error }. */
export const seat = () => read("api/seat");

/** What an instructor sees of the class: { name, exercise, tiles, messages, … }, or { error }. */
export const classNow = () => read("api/tiles");

async function read(path) {
  try {
    return await (await fetch(path)).json();
  } catch (fault) {
    return { error: String(fault.message) };
  }
}

/** Ask the twin for something; resolves to "" or to the reason why it was refused. */
export const ask = (command) => post("api/commands", { command });

/** Do an act of the sheet; resolves as `ask`. */
export const work = (act) => post("api/acts", { act });

/** Raise or lower the hand of a seat; resolves as `ask`. */
export const raiseHand = (raised) => post("api/hand", { raised });

/** Do an act of an instructor; resolves as `ask`. */
export const classAct = (act) => post("api/acts", { act });

async function post(path, content) {
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
    });
    return answer.ok ? "" : (await answer.json()).error;
  } catch (fault) {
    return String(fault.message);
  }
}
