"use strict";
// What the page does beyond showing itself: colours, the filter, opening jobs, and their pictures.
// Without it everything but the pictures is there.
(() => {
  const byId = (id) => document.getElementById(id);
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Colours: as the system has them, unless chosen here.
  const theme = byId("theme");
  theme.closest("p").hidden = false;
  theme.addEventListener("change", () => {
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
  });

  // The filter of the matrix; every word of the text must be in the row. Jobs below follow it.
  const form = document.querySelector("form.filter");
  const [text, variant, arch, state] = ["text", "variant", "arch", "state"].map((n) => byId(`filter-${n}`));
  const count = byId("filter-count");
  const rows = every("#matrix-table tbody tr").map((row) => ({
    row, told: byId(row.dataset.for), words: row.textContent.toLowerCase().replace(/\s+/g, " "),
  }));
  const fits = ({ row, words }, wanted) =>
    (!variant.value || row.dataset.variant === variant.value) &&
    (!arch.value || row.dataset.arch === arch.value) &&
    (!state.value || row.dataset.state === state.value) &&
    wanted.every((word) => words.includes(word));
  const filter = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const each of rows) {
      const hidden = !fits(each, wanted);
      each.row.hidden = hidden;
      if (each.told?.matches("details")) each.told.hidden = hidden;
      shown += hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${rows.length} jobs shown`;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("filter-none").addEventListener("click", () => { form.reset(); filter(); });

  // A link to a job opens it, also where the filter hides it.
  const go = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    target.hidden = false;
    for (let each = target.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
    if (target.matches("details")) target.querySelector("summary").focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", go);

  // Pictures are drawn into a job when it is opened first.
  const facts = new Map(every("[data-fact]").map((row) => [row.dataset.fact, row]));
  let copies = 0;
  const draw = (job) => {
    const template = byId(`picture-${job.dataset.picture}`);
    const box = job.querySelector(".graph");
    if (!template || !box?.hidden) return;
    box.hidden = false;
    copies += 1;
    const svg = template.content.firstElementChild.cloneNode(true);
    renamed(svg, `-${copies}`);
    const title = made("h4", "", "What led to it");
    title.id = `graph-${copies}`;
    const help = made("p", "muted", "Choose a box for its fact and source: with the pointer, or with Tab, the arrow keys and Enter.");
    const frame = made("div", "wide");
    const told = made("div", "told");
    told.setAttribute("role", "status");
    told.append(made("p", "muted", "Nothing is chosen yet."));
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-labelledby", title.id);
    frame.append(svg);
    box.append(title, help, frame, told);
    wire(every(".node", svg), told);
  };
  const made = (name, class_, words = "") => {
    const found = document.createElement(name);
    if (class_) found.className = class_;
    found.textContent = words;
    return found;
  };
  // Two copies of a picture must not share ids.
  const renamed = (svg, ending) => {
    for (const each of [svg, ...every("[id], [marker-end]", svg)]) {
      if (each.id) each.id += ending;
      const end = each.getAttribute("marker-end");
      if (end) each.setAttribute("marker-end", end.replace(")", `${ending})`));
    }
    svg.removeAttribute("aria-describedby");
  };
  const wire = (nodes, told) => {
    const reach = (node) => nodes.forEach((each) => each.setAttribute("tabindex", each === node ? "0" : "-1"));
    const choose = (node) => {
      for (const each of nodes) each.setAttribute("aria-pressed", String(each === node));
      reach(node);
      told.replaceChildren(...about(node));
    };
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    nodes.forEach((node, number) => {
      node.setAttribute("role", "button");
      node.setAttribute("aria-pressed", "false");
      node.setAttribute("aria-label", node.querySelector("title").textContent);
      node.addEventListener("click", () => choose(node));
      node.addEventListener("keydown", (event) => {
        const next = event.key === "Home" ? nodes[0] : event.key === "End" ? nodes.at(-1)
          : nodes[number + (steps[event.key] ?? NaN)];
        if (event.key === "Enter" || event.key === " ") choose(node);
        else if (next) {
          reach(next);
          next.focus({ preventScroll: true });
          next.scrollIntoView({ block: "center", inline: "nearest" });
        }
        else if (!(event.key in steps)) return;
        event.preventDefault();
      });
    });
    if (nodes.length) reach(nodes[0]);
  };
  const about = (node) => {
    const row = facts.get(node.dataset.id);
    if (!row) return [made("p", "", node.querySelector("title").textContent)];
    return [...row.cloneNode(true).children].map((part) => {
      const copy = made("div", "");
      copy.append(...part.childNodes);
      return copy;
    });
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.job") && event.target.open) draw(event.target);
  }, true);

  // Paper shows what is open; of few jobs, all.
  let opened = [];
  addEventListener("beforeprint", () => {
    const closed = every("details:not([open])");
    opened = rows.length > 40 ? closed.filter((each) => !each.matches(".job")) : closed;
    for (const each of opened) each.open = true;
    every("details.job[open]").forEach(draw);
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });

  if (location.hash) go();
})();
