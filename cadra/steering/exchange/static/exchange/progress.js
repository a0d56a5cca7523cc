// A run under way: look again every few seconds and show how far it is. Without a script the page has a link.
const PAUSE = 3000;
let turns = 200; // ten minutes: a forgotten page does not keep anybody signed in

async function look() {
  const answer = await fetch(window.location.href, { headers: { "X-Requested-With": "fetch" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-exchange-progress]");
  const shown = document.querySelector("[data-exchange-progress]");
  if (!answer.ok || !now) {
    window.location.reload();
  } else {
    shown.replaceChildren(...now.childNodes);
    if (turns-- > 0) setTimeout(look, PAUSE);
  }
}

setTimeout(look, PAUSE);
