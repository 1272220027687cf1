
(function () {
  "use strict";
  function mark() {
    document.querySelectorAll("mark.on").forEach(function (m) { m.classList.remove("on"); });
    var id = decodeURIComponent(location.hash.slice(1));
    if (!id) { return; }
    document.querySelectorAll("mark[data-q]").forEach(function (m) {
      if (m.getAttribute("data-q") === id) { m.classList.add("on"); }
    });
  }
  function unfold() {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  }
  window.addEventListener("hashchange", mark);
  window.addEventListener("beforeprint", unfold);
  mark();
})();
