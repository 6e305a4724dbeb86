// A scope of its own: the bundle above leaves short names behind. What could not be drawn says so in its place.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const words = "{{ chart_text }}";
  const options = {
    renderer: "svg",
    actions: { export: true, source: false, compiled: false, editor: false },
    config: {  // what a chart leaves open; the grey of words is the one that the style sheet makes the page's own
      font: getComputedStyle(document.body).fontFamily,
      title: { fontSize: 15, color: words, subtitleColor: words },
      text: { color: words },
      axis: { labelColor: words, titleColor: words },
      legend: { labelColor: words, titleColor: words },
      header: { labelColor: words, titleColor: words },
    },
    tooltip: { theme: dark ? "dark" : "light" },
  };

  const draw = async () => {
    for (const place of document.querySelectorAll(".chart")) {
      try {
        const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
        await window.vegaEmbed(place, spec, { ...options, downloadFileName: place.parentElement.id });
        // Smaller than this and its words are too small to read: then the chart scrolls instead.
        const svg = place.querySelector("svg.marks");
        svg.style.minWidth = 0.8 * svg.width.baseVal.value + "px";
        place.dataset.drawn = "yes";
      } catch (error) {
        place.textContent = "This chart could not be drawn: " + error.message;
        console.error(error);
      }
    }
    document.body.dataset.drawn = "yes";
  };

  // A sandboxed frame (MLflow's artifact viewer) has no clipboard: then the text is selected, one key press from it.
  const copy = async (button) => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C";
    }
  };
  for (const button of document.querySelectorAll(".copy")) button.addEventListener("click", () => copy(button));

  if (window !== window.top) {
    document.querySelector(".framed").hidden = false;
    for (const link of document.querySelectorAll("nav a")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();  // a sandboxed frame refuses even an address within its own page
        document.querySelector(link.getAttribute("href")).scrollIntoView();
      });
    }
  }

  const closed = () => document.querySelectorAll("details:not([open]):not(.vega-embed details)");
  let opened = [];
  addEventListener("beforeprint", () => { opened = [...closed()]; for (const one of opened) one.open = true; });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });

  draw();
})();
