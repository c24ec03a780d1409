"""What the page does with JavaScript, without which it reads as well: sorting, and all details open on paper."""

SCRIPT = """
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const key = (row) => {
        const {textContent: text, dataset: {value}} = row.cells[column];
        return text === "" ? null : value === undefined ? text : Number(value);
      };
      const numbers = (a, b) => typeof a === "number" && typeof b === "number";
      const order = (a, b) => numbers(a, b) ? a - b : String(a).localeCompare(String(b));
      const empty = (a, b) => (a === null) - (b === null);
      const rows = [...body.rows].map((row) => [key(row), row]);
      rows.sort(([a], [b]) => empty(a, b) || (a === null ? 0 : down ? order(b, a) : order(a, b)));
      body.append(...rows.map(([, row]) => row));
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
"""
