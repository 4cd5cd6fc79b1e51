// <passkey-button do="get" options="/…/options" send="/…" next="/my" cancelled="…" offline="…" …>
//   <div data-with hidden><button type="button">…</button></div> <p data-without>…</p>
// </passkey-button>
// Asks the device for a passkey (do="get") or makes one (do="add", with the name typed into [name=name]) and goes on.
// Without WebAuthn or without JS, [data-without] stays and [data-with] is hidden. Every refusal becomes one sentence:
// the attributes cancelled, known, unsupported, elsewhere and offline, or what the server says.
const REFUSALS = {
  NotAllowedError: "cancelled", // cancelled, timed out, or no passkey here: browsers do not tell which
  AbortError: "cancelled",
  InvalidStateError: "known",
  ConstraintError: "unsupported",
  NotSupportedError: "unsupported",
  SecurityError: "elsewhere",
  TypeError: "offline", // fetch without a network
};

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decoded = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

class PasskeyButton extends HTMLElement {
  #listening;

  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.querySelectorAll("[data-with]").forEach((part) => (part.hidden = false));
    this.querySelectorAll("[data-without]").forEach((part) => (part.hidden = true));
    const signal = (this.#listening = new AbortController()).signal;
    this.querySelector("button").addEventListener("click", () => this.#go(), { signal });
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  async #go() {
    const button = this.querySelector("button");
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    this.#say("");
    try {
      const asked = await this.#post(this.getAttribute("options"), {});
      const credential = await (this.getAttribute("do") === "add" ? this.#make(asked) : this.#get(asked));
      const name = this.querySelector("[name=name]");
      const sent = { credential, next: this.getAttribute("next") ?? "", ...(name && { name: name.value }) };
      location.assign((await this.#post(this.getAttribute("send"), sent)).location);
    } catch (refusal) {
      this.#say(this.getAttribute(REFUSALS[refusal.name]) ?? refusal.message);
    } finally {
      button.ariaBusy = null;
    }
  }

  async #make(asked) {
    const publicKey = {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: decoded(asked.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    const { clientDataJSON, attestationObject } = made.response;
    const transports = made.response.getTransports?.() ?? [];
    return this.#told(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports });
  }

  async #get(asked) {
    const allowCredentials = decoded(asked.allowCredentials);
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials };
    const found = await navigator.credentials.get({ publicKey });
    const parts = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
    return this.#told(found, Object.fromEntries(parts.map((part) => [part, text(found.response[part])])));
  }

  #told(credential, response) {
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  }

  async #post(address, body) {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    const said = await answer.json();
    if (answer.status === 401) location.reload(); // signed out, or confirmed too long ago: the page shows the way
    if (!answer.ok) throw new Error(said.detail);
    return said;
  }

  #say(sentence) {
    const line = this.querySelector("[role=alert]");
    line.textContent = sentence;
    line.hidden = !sentence;
  }
}

customElements.define("passkey-button", PasskeyButton);
