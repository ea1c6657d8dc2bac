/* The decisions: four shares to move, and features, which get what is left of the hundred. */
function makeForm(entries, form, changed) {
  const bar = make("div", { class: "bar", "aria-hidden": "true" }, form);
  const shares = entries.filter(entry => entry.kind === "share").map(entry => entry.name);
  const parts = Object.fromEntries(shares.map((name, place) => [name, make("i", { class: `share-${place}` }, bar)]));
  const values = {}, controls = {}, told = {}, beside = {};
  const rest = () => 100 - shares.slice(1).reduce((sum, name) => sum + values[name], 0);

  function showShares() {
    values[shares[0]] = rest();
    for (const name of shares) {
      parts[name].style.width = `${values[name]}%`;
      const share = Math.round(10 * values[name]) / 10;  // a line of code may have decided thirds
      parts[name].textContent = share >= 8 ? share : "";
      told[name].textContent = `${share} %`;
      controls[name]?.setAttribute("aria-valuetext", told[name].textContent);
    }
  }

  for (const { name, label, kind, options } of entries) {
    const share = shares.indexOf(name);
    const [control, attributes] = share === 0 ? ["span", { class: "left-over" }]
      : kind === "share" ? ["input", { type: "range", min: 0, max: 100, step: 5 }]
      : kind === "number" ? ["input", { type: "number", step: name === "keep" ? 5 : 1 }] : ["select", {}];
    const [row, made] = makeRow(form, share < 0 ? "" : `key share-${share}`, label, control, attributes);
    if (share === 0) made.textContent = "the rest";
    else controls[name] = made;
    for (const [value, words] of options) make("option", { value }, made, words);
    if (share >= 0) told[name] = make("output", {}, row);
    beside[name] = make("small", { id: `${made.id}-beside` }, row);
    made.setAttribute("aria-describedby", beside[name].id);
    controls[name]?.addEventListener("input", () => {
      const typed = controls[name].value;
      if (kind === "share") {
        const free = values[name] + values[shares[0]];
        values[name] = Math.min(Number(typed), free);
        controls[name].value = values[name];
        showShares();
        changed(Number(typed) > free ? `All is given out: take from another before you give ${label} more.` : "");
      } else {
        values[name] = kind === "number" && typed !== "" ? Number(typed) : typed;
        changed("");
      }
    });
  }
  return {
    decision: () => ({ ...values }),
    set(decision) {
      Object.assign(values, decision);
      for (const [name, control] of Object.entries(controls)) {
        if (control.type === "range") control.step = values[name] % 5 ? "any" : 5;
        control.value = values[name];
      }
      showShares();
    },
    setEffects: effects => entries.forEach(({ name }) => { beside[name].textContent = effects[name]; }),
  };
}
