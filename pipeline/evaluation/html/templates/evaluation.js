(function () {
  "use strict";
  var form = document.getElementById("filters");
  var shown = document.getElementById("shown");
  var selects = Array.prototype.slice.call(form.querySelectorAll("select"));
  var errors = Array.prototype.slice.call(document.querySelectorAll("article.error"));
  function apply() {
    var count = 0;
    errors.forEach(function (e) {
      var fits = selects.every(function (s) { return !s.value || e.getAttribute("data-" + s.getAttribute("data-filter")) === s.value; });
      e.hidden = !fits;
      count += fits ? 1 : 0;
    });
    document.querySelectorAll(".group").forEach(function (g) { g.hidden = !g.querySelector("article.error:not([hidden])"); });
    shown.textContent = count + " of " + errors.length + " errors";
  }
  function open() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    if (target.hidden) { selects.forEach(function (s) { s.value = ""; }); apply(); }
    for (var d = target; d; d = d.parentElement) { if (d.tagName === "DETAILS") { d.open = true; } }
    target.scrollIntoView();
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("change", apply);
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", function () { document.querySelectorAll("details").forEach(function (d) { d.open = true; }); });
  apply();
  if (location.hash) { open(); }
})();
