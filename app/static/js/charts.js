// Draws what a table says. Without this the table is there all the same.
// A canvas names its kind (data-chart) and its table (data-of); cells carry their number as data-value.
// Colours are those of the swatches in the table's head, so that a chart follows the theme.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

function read(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows].reverse(); // the newest stands on top, and at the right
  if (!("newestFirst" in table.dataset)) rows.reverse();
  return {
    labels: rows.map((row) => (row.cells[0].querySelector("[data-label]") ?? row.cells[0]).textContent.trim()),
    series: heads.map((head, index) => ({
      label: head.textContent.trim(),
      swatch: head.querySelector(".swatch"),
      data: rows.map((row) => Number(row.cells[index + 1].dataset.value)),
      shown: rows.map((row) => row.cells[index + 1].textContent.trim()),
    })),
  };
}

function settings(canvas, { labels, series }) {
  const lying = canvas.dataset.chart === "lying";
  const ink = getComputedStyle(canvas).color;
  const line = getComputedStyle(canvas).outlineColor;
  const language = document.documentElement.lang;
  const counted = { beginAtZero: true, border: { color: line }, grid: { color: line }, ticks: { color: ink, precision: 0 } };
  // A sentence stands in lines beside its bar; a chart cuts off what is too long.
  const lines = (text) => text.match(/.{1,18}(?:\s|$)|\S+/g)?.map((each) => each.trim()) ?? text;
  const named = { border: { color: line }, grid: { display: false }, ticks: { color: ink, autoSkip: !lying } };
  return {
    type: "bar",
    data: {
      labels: lying ? labels.map(lines) : labels,
      datasets: series.map(({ label, swatch, data }) => ({
        label,
        data,
        backgroundColor: getComputedStyle(swatch).backgroundColor,
        borderRadius: 3,
        maxBarThickness: 26,
      })),
    },
    options: {
      locale: language,
      indexAxis: lying ? "y" : "x",
      responsive: true,
      maintainAspectRatio: false,
      animation: calm.matches ? false : { duration: 300 },
      scales: lying ? { x: counted, y: named } : { x: named, y: counted },
      plugins: {
        legend: { display: series.length > 1, position: "bottom", labels: { color: ink, boxWidth: 12, boxHeight: 12 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${series[item.datasetIndex].shown[item.dataIndex]}` } },
      },
    },
  };
}

function draw(canvas) {
  const table = document.getElementById(canvas.dataset.of);
  if (!table) return;
  drawn.get(canvas)?.destroy();
  drawn.set(canvas, new Chart(canvas, settings(canvas, read(table))));
}

function drawAll() {
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) draw(canvas);
}

if (globalThis.Chart) {
  drawAll();
  dark.addEventListener("change", drawAll);
  calm.addEventListener("change", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
