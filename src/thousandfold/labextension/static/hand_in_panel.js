/* The panel beside a notebook: the form, what the room said, and what the checks said. */
const PARTS = `
  <h2 tabindex="-1">Hand in</h2>
  <p class="file"></p>
  <p class="said" role="status"></p>
  <p class="ways">
    <button class="jp-mod-styled mine" hidden>That was me, in another browser</button>
    <button class="jp-mod-styled download" hidden>Download the notebook</button>
    <a class="page" target="_blank" rel="noopener" hidden>The room's page</a>
  </p>
  <details><summary>Room and name</summary>
    <form>
      <label>Address of the room <input name="address" inputmode="url" autocomplete="off" spellcheck="false" required></label>
      <label>Password <input name="password" autocomplete="off" autocapitalize="off" spellcheck="false" required></label>
      <label>Your name <input name="name" autocomplete="name" maxlength="100" required></label>
      <p>Address and password stand on the projector. Your name is for the facilitator alone.</p>
      <button class="jp-mod-styled jp-mod-accept">Hand in</button>
    </form>
  </details>
  <ul class="results" aria-label="What the checks say"></ul>
  <button class="jp-mod-styled close">Close</button>`;

export class HandInPanel {
  /* `does` holds what the buttons do: send(typed), claim(), download() and close(). */
  constructor(does) {
    this.node = document.createElement("div");
    this.node.className = "tf-hand-in";
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Hand in");
    this.node.innerHTML = PARTS;
    const form = this.find("form");
    form.addEventListener("submit", event => {
      event.preventDefault();
      does.send(Object.fromEntries(new FormData(form)));
    });
    this.find(".mine").addEventListener("click", does.claim);
    this.find(".download").addEventListener("click", does.download);
    this.find(".close").addEventListener("click", does.close);
    this.node.addEventListener("keydown", event => event.key === "Escape" && does.close());
  }

  find(selector) {
    return this.node.querySelector(selector);
  }

  /* Begin with a notebook; `isHere` says that the room serves this page. */
  begin(file, typed, isHere) {
    this.find(".file").textContent = file;
    const { address, password, name } = this.find("form").elements;
    Object.assign(address, { value: typed.address ?? "", readOnly: isHere });
    address.parentElement.hidden = isHere;
    password.value = typed.password ?? "";
    name.value = typed.name ?? "";
    this.say("");
    this.show([]);
  }

  /* Open the form, at what there is to do: a button, or the first field that is empty. */
  askForRoom() {
    this.find("details").open = true;
    const claim = this.find(".mine:not([hidden])");
    if (claim) return claim.focus();
    const fields = [...this.node.querySelectorAll("input:not([readonly])")];
    return (fields.find(field => !field.value) ?? fields[0]).focus();
  }

  say(sentence, { isTrouble = false, isAnothers = false, download = false, page = "" } = {}) {
    const said = this.find(".said");
    said.textContent = sentence;
    said.classList.toggle("trouble", isTrouble);
    this.find(".mine").hidden = !isAnothers;
    this.find(".download").hidden = !download;
    Object.assign(this.find(".page"), { hidden: !page, href: page });
  }

  close() {
    this.find("details").open = false;
    this.find("h2").focus();
  }

  show(tasks) {
    this.find(".results").replaceChildren(...tasks.map(({ task, right, reported, mark, says }) => {
      const line = document.createElement("li"), title = document.createElement("b");
      line.classList.toggle("right", right);
      line.classList.toggle("reported", reported);
      title.textContent = task;
      line.append(title, document.createElement("br"), `${mark}${says ? `: ${says}` : ""}`);
      return line;
    }));
  }
}
