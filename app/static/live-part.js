// <live-part id="hits" of="filter">: keeps one region in step with a GET form. Without JS the form's button does it.
// Whatever else follows the form (the number of hits, counts beside the filters) carries an id and data-live.
import { parse, refresh } from "./refresh.js";

const PATIENCE = 300; // milliseconds without a keystroke before we ask

class LivePart extends HTMLElement {
  #abort;
  #timer;
  #shown = location.search;
  #listening;

  connectedCallback() {
    const signal = (this.#listening = new AbortController()).signal;
    this.form?.addEventListener("input", () => this.#later(), { signal });
    addEventListener("popstate", () => this.#back(), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#listening.abort();
    this.#abort?.abort();
  }

  get form() {
    return document.getElementById(this.getAttribute("of"));
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#forward(), PATIENCE);
  }

  async #forward() {
    const url = new URL(this.form.getAttribute("action") ?? "", location.href);
    const filled = [...new FormData(this.form)].filter(([, value]) => value !== "");
    url.search = new URLSearchParams(filled);
    if (await this.#load(url)) history.pushState(null, "", url);
    this.#shown = location.search;
  }

  async #back() {
    if (location.search === this.#shown) return; // only the part after # changed
    clearTimeout(this.#timer);
    const page = await this.#load(new URL(location.href));
    if (page) this.#restore(page);
    this.#shown = location.search;
  }

  // The fresh page, once it is shown; nothing if a newer request overtook it. Any failure becomes a normal visit.
  async #load(url) {
    this.#abort?.abort();
    const { signal } = (this.#abort = new AbortController());
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal, headers: { "X-Part": this.id } });
      const page = await parse(answer);
      this.replaceChildren(...page.getElementById(this.id).childNodes);
      refresh(page);
      return page;
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
      return undefined;
    } finally {
      if (!signal.aborted) this.removeAttribute("aria-busy");
    }
  }

  // After "back" the browser keeps what was ticked last; the fresh page knows what was ticked then.
  #restore(page) {
    const then = page.getElementById(this.form.id)?.elements ?? [];
    [...this.form.elements].forEach((field, position) => {
      const twin = then[position];
      if (!twin || twin.name !== field.name || twin.type !== field.type) return;
      if ("checked" in field) field.checked = twin.checked;
      if (!["checkbox", "radio", "button", "submit"].includes(field.type)) field.value = twin.value;
    });
  }
}

customElements.define("live-part", LivePart);
