// What scripts add. Every essential task works without this file.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const Component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(Component);
}

// What only a script can do stays hidden until there is one.
for (const part of document.querySelectorAll("[data-cadra-script]")) {
  part.hidden = false;
}

// A print button is shown only where it can work.
for (const button of document.querySelectorAll("[data-cadra-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Passkeys: say what happened when the device refused or the person closed its question.
document.addEventListener("allauth.error", (event) => {
  const note = document.querySelector("[data-cadra-passkey-error]");
  if (note) {
    event.preventDefault();
    note.hidden = false;
    note.focus();
  }
});

// The connection is lost in the middle of a form: the browser would leave for an empty page, and what was typed with it.
// So a form with fields is sent only while the service answers; else the page stays and says so. Nothing is stored.
const HEARD_FOR = 20_000; // a page that came a moment ago says itself that there is a connection
const PATIENCE = 10_000;
const asking = new WeakSet();
const sent = new WeakSet();
let heard = performance.now();

async function answers() {
  const small = document.querySelector('link[rel="icon"]').href;
  try {
    const answer = await fetch(small, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    heard = performance.now();
    return answer.status < 500;
  } catch {
    return false;
  }
}

function stay(note, form, submitter) {
  const button = submitter ?? form.querySelector('[type="submit"]');
  (button?.closest(".govuk-button-group") ?? button ?? form.lastElementChild).before(note);
  note.hidden = false;
  note.focus();
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const note = document.querySelector("[data-cadra-offline]");
  const typed = form.querySelector('textarea, select, input:not([type="hidden"])');
  if (!note || !typed || form.method !== "post" || event.defaultPrevented || sent.delete(form)) return;
  const quick = performance.now() - heard < HEARD_FOR;
  if (navigator.onLine && quick) return;
  event.preventDefault();
  if (asking.has(form)) return;
  asking.add(form);
  const there = navigator.onLine && (await answers());
  asking.delete(form);
  note.hidden = there;
  if (there) {
    sent.add(form);
    form.requestSubmit(submitter);
  } else {
    stay(note, form, submitter);
  }
});
