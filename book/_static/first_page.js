// The first page: whoever guessed finds the slider at that number.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("first-hire-guess");
  if (!field) return;
  const fold = field.closest("p").nextElementSibling;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") fold.open = true;
  });
  let shown = "";
  fold.addEventListener("toggle", () => {
    const { player } = document.getElementById("first-hire");
    const guess = typedNumber(field.value);
    if (!fold.open || !guess || field.value === shown) return;
    shown = field.value; // a slider that was moved since then stays
    const far = (words) => Math.abs(Number(words) - guess.low);
    const { words } = player.controls[0];
    player.move(0, words.indexOf(words.reduce((near, one) => (far(one) < far(near) ? one : near))));
  });
});
