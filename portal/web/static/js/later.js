// What takes the server longer than the page itself: a link to the same page with it, data-portal-later naming the element
// that holds both. With scripts its content comes by itself; without, or when the network fails, the link is there to follow.
import { fill } from "./enhance.js";

export async function start(link) {
  const place = document.getElementById(link.dataset.portalLater);
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById(place.id);
    if (answer.ok && found) fill(place, found.innerHTML);
  } catch {
    // The link stays.
  }
}
