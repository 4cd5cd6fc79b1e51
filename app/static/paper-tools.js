// <paper-tools hidden><button data-print>…</button> <button data-copy="https://…">…</button> <p role="status" data-said="Copied"></p></paper-tools>
// Prints the page and copies an address. Without JS it stays hidden: the browser's own menu does both.
class PaperTools extends HTMLElement {
  #listening;

  connectedCallback() {
    const signal = (this.#listening = new AbortController()).signal;
    this.querySelector("[data-print]")?.addEventListener("click", () => print(), { signal });
    const copy = this.querySelector("[data-copy]");
    if (navigator.clipboard) copy?.addEventListener("click", () => this.#copy(copy.dataset.copy), { signal });
    else copy?.remove(); // an insecure origin has no clipboard
    this.hidden = false;
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  async #copy(address) {
    const status = this.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(address);
      status.textContent = status.dataset.said;
    } catch {
      status.textContent = address; // not allowed: show it, so that it can be copied by hand
    }
  }
}

customElements.define("paper-tools", PaperTools);
