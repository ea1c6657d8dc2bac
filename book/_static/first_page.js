// The first page: Enter in the field opens what happens.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("first-hire-guess");
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") field.closest("p").nextElementSibling.open = true;
  });
});
