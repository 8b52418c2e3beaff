// The seat of a trainee in a class: what it waits for, what the instructor says, and a hand to raise.
import { useEffect, useState } from "preact/hooks";
import { raiseHand, seat as readSeat } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

const AGAIN_MS = 1500;

/** The seat as it is now, again and again; {} where this is no seat of a class. */
export function useSeat() {
  const [seat, setSeat] = useState({});
  useEffect(() => {
    let stopped = false, timer = 0;
    const again = async () => {
      const next = await readSeat();
      if (stopped) return;
      if (!next.error) setSeat(next);
      if (next.name || next.error) timer = setTimeout(again, AGAIN_MS);
    };
    again();
    return () => { stopped = true; clearTimeout(timer); };
  }, []);
  return seat;
}

export function Seat({ seat }) {
  const words = useWords(), [raised, setRaised] = useState(null), hand = raised ?? seat.hand;
  useEffect(() => setRaised(null), [seat.hand]);
  const raise = () => { setRaised(!hand); raiseHand(!hand); };
  const waits = seat.state === "waiting" && html` ${words.say("seat.place", { place: seat.place, of: seat.of })}`;
  return html`<section class="seat" aria-labelledby="seat"><h2 id="seat">${seat.trainees.join(", ")}</h2>
    <p role="status">${seat.ended ? words.say("seat.ended") : words.say(`seat-state.${seat.state}`)}${!seat.ended && waits}
      ${seat.taken_over && html` <strong>${words.say("seat.taken-over", { name: seat.taken_over })}</strong>`}</p>
    ${!seat.looks_on && html`<button aria-pressed=${hand} onClick=${raise}>${words.say("seat.hand")}</button>`}
    <ol class="messages" aria-live="polite" aria-label=${words.say("seat.messages")}>${seat.messages.map((message, number) => html`<li key=${number}>${message}</li>`)}</ol>
  </section>`;
}
