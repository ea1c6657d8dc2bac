// The sliders of a slide: the facilitator moves them, and all pages that show the slide follow.
"use strict";

let shown = null;  // keeps its pictures where a key opens more of its slide
let telling = false;

function followSetting() {
  const figure = live.querySelector("figure.player");
  if (!figure) return;
  if (figure !== shown && figure.id === shown?.id) figure.replaceWith(shown);
  else shown = figure;
  document.dispatchEvent(new Event("figures"));
  if (telling) return; // who moves a slider at this moment is ahead of the room
  const told = live.querySelector("[data-setting]").dataset.setting.split(",").map(Number);
  told.forEach((place, number) => {
    if (shown.player.places[number] !== place) shown.player.move(number, place);
  });
}

// One is told at a time: where the sliders stand by then is told next.
async function tell(form, player) {
  if (telling) return;
  telling = true;
  const { places } = form.elements;
  do {
    places.value = player.places;
    await send(form);
  } while (places.value !== String(player.places));
  telling = false;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.sliders");
  if (form) tell(form, shown.player);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("form.sliders")) event.target.blur();
});

document.addEventListener("news", followSetting);
followSetting();
