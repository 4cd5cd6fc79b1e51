// What changed on the server, brought into the page: every element with an id and data-live takes over the content of
// its fresh twin. A role="status" line refreshed this way is read out, because the line itself stays where it is.
export function refresh(fresh) {
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const twin = fresh.getElementById(old.id);
    if (twin && twin.innerHTML !== old.innerHTML) old.replaceChildren(...twin.cloneNode(true).childNodes);
  }
}

export async function parse(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
