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
