// Under a figure with sliders: its numbers, as the sliders stand, for a spreadsheet.
"use strict";

const FORMULA = /^\s*[=+\-@＝＋－＠]/; // what a spreadsheet would run
const POINT = (0.5).toLocaleString() === "0,5" ? "," : "."; // as the reader's spreadsheet most likely expects it
const BETWEEN = POINT === "," ? ";" : ",";

function cellOf(value) {
  if (typeof value === "number") return String(value).replace(".", POINT);
  const text = String(value ?? "").replace(/\s+/g, " ");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines of cells as a file that Excel, too, opens with all its letters. */
const sheet = (rows) => `\ufeff${rows.map((row) => row.map(cellOf).join(BETWEEN)).join("\r\n")}\r\n`;

/** What stands above the numbers: the point of the picture, its sentence, and each setting. */
function headOf(player, picture) {
  const settings = player.controls.map((control, number) => [control.label, control.words[player.places[number]]]);
  return [[picture.title], [picture.sentence], ...settings, []];
}

function rowsOf({ columns, pictures }, place) {
  const shown = pictures[place].map(([name, number]) => ({ name, values: columns[number] }));
  return [shown.map(({ name }) => name), ...shown[0].values.map((_, row) => shown.map(({ values }) => values[row]))];
}

function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" })); // a browser may read it later: it stays
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
}

/** Return a title as the name of a file, of whole words. */
const named = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^(.{0,60})(?![a-z0-9]).*/, "$1").replace(/^-|-$/g, "");

/** Save the numbers of a figure, and return a sentence that says so. */
async function taken(figure) {
  const player = figure.player;
  const place = player.place();
  const { pictures } = await player.table(player.width());
  if ("refused" in pictures[place]) return "There is no picture at this setting, so there is no table.";
  const numbers = await player.beside(figure.dataset.numbers);
  const name = `${named(pictures[place].title)}.csv`;
  save(name, sheet([...headOf(player, pictures[place]), ...rowsOf(numbers, place)]));
  return `Saved as ${name}. It writes a half as 0${POINT}5.`;
}

document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure.player:not([data-numbers=''])")) {
    const share = figure.querySelector(".player-share");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "player-link", textContent: "Take it as a table" });
    const said = share.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      said.textContent = await taken(figure).catch(() => "The numbers could not be loaded. Press again to try once more.");
    });
    said.before(button, " ");
  }
});
