// <show-password show="Show password" hide="Hide password">…<input type="password">…</show-password>
// Adds a button that shows what is typed. Sent forms hide it again, so that the browser offers to keep the password.
// Without JS there is no button.
class ShowPassword extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=password]");
    if (!input || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn quiet small";
    button.setAttribute("aria-controls", input.id);
    const turn = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = this.getAttribute(shown ? "hide" : "show");
    };
    button.addEventListener("click", () => turn(input.type === "password"));
    input.form?.addEventListener("submit", () => turn(false));
    turn(false);
    input.after(button);
  }
}

customElements.define("show-password", ShowPassword);
