/* Elements of a page, and fields with their names. */
// JupyterLab would take their keys for its cells; it looks at the element that has the focus.
const CONTROLS = ["button", "input", "select", "textarea"];

function make(name, attributes, parent, text = "") {
  const node = name === "svg" || parent instanceof SVGElement
    ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (CONTROLS.includes(name)) node.dataset.lmSuppressShortcuts = "true";
  node.textContent = text;
  parent?.append(node);
  return node;
}

const short = value => new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);

let named = 0;

/* A row of the form: a control and its name. */
function makeRow(form, kind, label, control, attributes = {}) {
  const id = `thousandfold-flight-${named++}`;
  const row = make("div", { class: `entry ${kind}` }, form);
  make("label", { for: id }, row, label);
  return [row, make(control, { ...attributes, id }, row)];
}
