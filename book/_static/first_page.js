// The first page: Enter in the field opens what happens, and what happens comes into sight.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("first-hire-guess");
  const fold = field?.closest("p").nextElementSibling;
  fold?.addEventListener("toggle", () => {
    if (fold.open) fold.scrollIntoView({ block: "start" });
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") fold.open = true;
  });
});
