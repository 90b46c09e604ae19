import { $, all } from "./common.js";
import { hold, taken } from "./taking.js";

// Choices filter at once; words wait for Enter. Empty fields stay out of the address.
const form = $(".filters");
if (matchMedia("(max-width: 45rem)").matches) $(".filter-box").open = false;
form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
form.addEventListener("submit", () => { for (const field of all("input, select", form)) if (!field.value || field.name === "sort" && field.value === "newest") field.disabled = true; });
addEventListener("pageshow", () => { for (const field of all("input, select", form)) field.disabled = false; });

// Files that are dropped here are uploaded on their own page.
if ($("nav a[href='/upload']")) taken(document.body, async (files) => { await hold(files); location.href = "/upload"; });
