// The WebSocket: changes as they happen; after a loss it comes back by itself.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 10000;

/** Calls onChange(change) for each change, onState(isUp) when the line comes or goes. */
export function live(onChange, onState) {
  let wait = FIRST_WAIT;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/sandbox/live`);
    socket.onopen = () => {
      wait = FIRST_WAIT;
      onState(true);
    };
    socket.onmessage = (event) => onChange(JSON.parse(event.data));
    socket.onclose = () => {
      onState(false);
      // Half of the wait is chance, so that many open pages do not knock together.
      setTimeout(connect, wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  connect();
}
