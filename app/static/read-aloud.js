// <read-aloud of="text" start="Read aloud" stop="Stop" hidden><button type="button">…<span>Read aloud</span></button>
// Reads a part of the page with the browser's own voice. It stays hidden where there is no voice for the language.
const PIECES = "h1, h2, h3, h4, p, li, dt, dd, figcaption, legend, label, th, td, summary";

class ReadAloud extends HTMLElement {
  #listening;

  connectedCallback() {
    this.text = document.getElementById(this.getAttribute("of"));
    this.button = this.querySelector("button");
    if (!("speechSynthesis" in window) || !this.text || !this.button) return;
    const signal = (this.#listening = new AbortController()).signal;
    this.button.addEventListener("click", () => (this.speaking ? this.stop() : this.start()), { signal });
    addEventListener("pagehide", () => this.stop(), { signal });
    speechSynthesis.addEventListener?.("voiceschanged", () => this.#offer(), { signal });
    this.#offer();
  }

  disconnectedCallback() {
    if (this.speaking) this.stop();
    this.#listening?.abort();
  }

  get language() {
    return this.text.closest("[lang]")?.lang || "de";
  }

  get speaking() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  #offer() {
    const short = this.language.slice(0, 2);
    this.voice = speechSynthesis.getVoices().find((voice) => voice.lang.slice(0, 2) === short);
    this.hidden = !this.voice;
  }

  // Piece by piece: some browsers fall silent in the middle of a long text.
  start() {
    const all = [...this.text.querySelectorAll(PIECES)];
    const pieces = all.filter((piece) => !piece.closest("[aria-hidden=true]") && !piece.querySelector(PIECES));
    speechSynthesis.cancel();
    this.#show(true);
    pieces.forEach((piece, position) => {
      const speech = new SpeechSynthesisUtterance(piece.textContent.replaceAll("\u00ad", ""));
      speech.lang = piece.closest("[lang]")?.lang || this.language;
      if (speech.lang.slice(0, 2) === this.language.slice(0, 2)) speech.voice = this.voice;
      if (position === pieces.length - 1) speech.onend = () => this.#show(false);
      speech.onerror = () => this.#show(false);
      speechSynthesis.speak(speech);
    });
    if (!pieces.length) this.#show(false);
  }

  stop() {
    speechSynthesis.cancel();
    this.#show(false);
  }

  #show(speaking) {
    this.button.setAttribute("aria-pressed", speaking);
    const words = this.button.querySelector("span");
    if (words) words.textContent = this.getAttribute(speaking ? "stop" : "start");
  }
}

customElements.define("read-aloud", ReadAloud);
