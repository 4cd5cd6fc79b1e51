// <auto-save saving="…" saved="… {time}" failed="…" offline="…"><form method="post">…</form><p class="saved" role="status">
// Sends its form shortly after the last change, says what became of it, and tries again when the network is back.
// Without JS the form's own button saves; elements with data-manual (that button) are hidden as long as this works.
import { parse, refresh } from "./refresh.js";

const PATIENCE = 600; // milliseconds after the last change
const AGAIN = 8000; // milliseconds until the next try without network

class AutoSave extends HTMLElement {
  #timer;
  #busy = false;
  #dirty = false;
  #listening;

  connectedCallback() {
    this.form = this.querySelector("form");
    const signal = (this.#listening = new AbortController()).signal;
    for (const event of ["input", "change"]) this.form?.addEventListener(event, () => this.#later(), { signal });
    this.form?.addEventListener("submit", () => (this.#dirty = false), { signal });
    addEventListener("online", () => this.#dirty && this.#save(), { signal });
    addEventListener("beforeunload", (event) => this.#dirty && event.preventDefault(), { signal });
    this.querySelectorAll("[data-manual]").forEach((part) => (part.hidden = true));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#listening.abort();
  }

  #later(patience = PATIENCE) {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), patience);
  }

  // One request at a time; what changes meanwhile goes out with the next one.
  async #save() {
    if (this.#busy) return this.#later();
    this.#busy = true;
    this.#dirty = false;
    this.#say("saving");
    try {
      const url = this.form.getAttribute("action") ?? location.href;
      const answer = await fetch(url, { method: "POST", body: new FormData(this.form), keepalive: true });
      if (answer.ok) refresh(await parse(answer));
      else this.#dirty = true;
      this.#say(answer.ok ? "saved" : "failed");
      if (!answer.ok) this.querySelectorAll("[data-manual]").forEach((part) => (part.hidden = false));
    } catch {
      this.#say("offline");
      this.#later(AGAIN);
    } finally {
      this.#busy = false;
    }
  }

  #say(state) {
    const line = this.querySelector(".saved");
    if (!line || line.dataset.state === state) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
    line.dataset.state = state;
    line.textContent = (this.getAttribute(state) ?? "").replace("{time}", time);
  }
}

customElements.define("auto-save", AutoSave);
