// What a page needs besides its guesses.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  // The theme's doors to the contents are in labels, which answer a finger alone.
  for (const door of document.querySelectorAll("label [role=button]")) {
    door.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        door.click();
      }
    });
  }
  // On paper nothing can be opened, so it is open; what was closed is closed again.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("article details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
});
