(function () {
  "use strict";
  var table = document.getElementById("runs"), form = document.getElementById("filter");
  if (!table || !form) { return; }
  var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows), heads = table.tHead.rows[0].cells;
  var text = document.getElementById("filter-text"), verdict = document.getElementById("filter-verdict"), count = document.getElementById("filter-count");
  function key(row, column) {
    var cell = row.cells[column], data = cell.querySelector("data");
    if (data) { return Number(data.value); }
    var n = parseFloat(cell.textContent);
    return heads[column].className === "num" ? (isNaN(n) ? -Infinity : n) : cell.textContent.toLowerCase();
  }
  function sort(column) {
    var head = heads[column], up = head.getAttribute("aria-sort") !== "ascending";
    for (var i = 0; i < heads.length; i++) { heads[i].removeAttribute("aria-sort"); }
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    rows.map(function (row) { return { row: row, key: key(row, column) }; })
      .sort(function (a, b) { return (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (up ? 1 : -1); })
      .forEach(function (x) { body.appendChild(x.row); });
  }
  function filter() {
    var words = text.value.toLowerCase().split(/\s+/), shown = 0;
    rows.forEach(function (row) {
      var all = row.textContent.toLowerCase();
      var keep = (!verdict.value || row.dataset.verdict === verdict.value) && words.every(function (w) { return all.indexOf(w) >= 0; });
      row.hidden = !keep;
      if (keep) { shown++; }
    });
    count.textContent = shown + " of " + rows.length + " runs";
  }
  Array.prototype.forEach.call(heads, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", function () { sort(column); });
    head.replaceChildren(button);
  });
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  text.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  form.hidden = false;
  filter();
}());
