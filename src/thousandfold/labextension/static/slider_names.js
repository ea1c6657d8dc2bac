/* A slider says its name, and its value with the unit.

   ipywidgets shows both beside the handle, where nobody finds them who cannot see. */
const HANDLE = ".widget-slider .noUi-handle";

function set(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function name(handle) {
  const slider = handle.closest(".widget-slider");
  const label = slider.querySelector(".widget-label")?.textContent.trim() ?? "";
  const value = slider.querySelector(".widget-readout")?.textContent.trim() ?? "";
  const [, words, unit] = /^(.*?)(?: \((.*)\))?$/.exec(label);
  set(handle, "aria-label", words);
  set(handle, "aria-valuetext", `${value} ${unit ?? ""}`.trim());
}

export function withNames(renderer) {
  const nameAll = () => renderer.node.querySelectorAll(HANDLE).forEach(name);
  new MutationObserver(nameAll).observe(renderer.node, {
    childList: true, subtree: true, characterData: true, attributeFilter: ["aria-valuetext"],
  });
  return renderer;
}
