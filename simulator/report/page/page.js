(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("chambers").textContent);
  var code = data.code, at = 0, width = data.columns.length;
  var digits = {};
  for (var k = 0; k < data.alphabet.length; k++) digits[data.alphabet[k]] = k;

  function read() {
    var high = 0, digit = digits[code[at++]];
    while (digit >= 64) { high = high * 21 + digit - 64; digit = digits[code[at++]]; }
    return high * 64 + digit;
  }

  var held = [], counts = [], row = new Array(width).fill(0);
  while (at < code.length) {
    var same = read(), entities = new Array(data.entities).fill(0), rest = data.seats;
    for (var c = same; c < width; c++) row[c] = read() + (c === same ? row[c] : 0);
    for (c = 0; c < width; c++) { entities[data.columns[c]] = row[c]; rest -= row[c]; }
    if (data.implied >= 0) entities[data.implied] = rest;
    held.push(entities);
    counts.push(read());
  }

  var box = document.getElementById("box");
  var choices = Array.prototype.slice.call(box.querySelectorAll("input[type=checkbox]"));
  var need = document.getElementById("need");
  var answer = document.getElementById("answer"), words = document.getElementById("words");
  var sum = document.getElementById("sum");

  function percent(hits) {
    var n = data.draws, p = hits / n;
    var error = hits === 0 || hits === n ? Math.min(1, 3 / n) : Math.sqrt(p * (1 - p) / n);
    var decimals = error < 0.005 ? 1 : 0, least = Math.pow(10, -decimals), value = 100 * p;
    if (value < least) return "<" + Math.max(least, 100 * error).toFixed(decimals) + "%";
    if (value > 100 - least) return ">" + Math.min(100 - least, 100 * (1 - error)).toFixed(decimals) + "%";
    return value.toFixed(decimals) + "%";
  }

  function spaced(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0"); }

  function draw(histogram, least) {
    while (sum.lastChild && sum.lastChild.nodeName !== "title") sum.removeChild(sum.lastChild);
    var first = histogram.findIndex(Boolean), last = histogram.length - 1;
    while (last > first && !histogram[last]) last--;
    first = Math.max(0, Math.min(first, least) - 1);
    last = Math.min(data.seats, Math.max(last, least) + 1);
    var unit = 320 / (last - first + 1), peak = Math.max.apply(null, histogram);
    function put(name, attributes, text) {
      var node = document.createElementNS(sum.namespaceURI, name);
      Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
      if (text !== undefined) node.textContent = text;
      sum.appendChild(node);
    }
    for (var s = first; s <= last; s++) {
      if (!histogram[s]) continue;
      var tall = Math.max(0.6, 56 * histogram[s] / peak);
      put("rect", { x: (s - first) * unit + 0.3, y: 60 - tall, width: Math.max(0.4, unit - 0.6), height: tall,
        "class": s >= least ? "yes" : "no" });
    }
    put("line", { x1: 0, y1: 60, x2: 320, y2: 60, "class": "base" });
    var x = (least - first) * unit;
    if (x > 62) put("text", { x: 0, y: 75, "class": "tick" }, first);
    if (x < 262) put("text", { x: 320, y: 75, "class": "tick", "text-anchor": "end" }, last);
    put("text", { x: Math.min(290, Math.max(30, x)), y: 75, "class": "value", "text-anchor": "middle" }, "\u2265\u00a0" + least);
  }

  function count() {
    var inside = [], names = [];
    choices.forEach(function (choice) {
      if (choice.checked) { inside.push(Number(choice.value)); names.push(choice.dataset.label); }
    });
    var least = Math.min(data.seats, Math.max(0, Math.floor(Number(need.value)) || 0));
    var histogram = new Array(data.seats + 1).fill(0), hits = 0;
    held.forEach(function (entities, k) {
      var seats = 0;
      for (var m = 0; m < inside.length; m++) seats += entities[inside[m]];
      histogram[seats] += counts[k];
      if (seats >= least) hits += counts[k];
    });
    answer.dataset.hits = hits;
    answer.textContent = inside.length ? percent(hits) : "\u2013";
    words.textContent = inside.length
      ? names.join(" + ") + ": " + least + " seats or more in " + spaced(hits) + " of " + spaced(data.draws) + " draws"
      : "Choose at least one party.";
    draw(histogram, least);
  }

  box.addEventListener("input", count);
  Array.prototype.forEach.call(box.querySelectorAll("button[data-need]"), function (button) {
    button.addEventListener("click", function () { need.value = button.dataset.need; count(); });
  });
  box.hidden = false;
  count();
})();
