// data-chart='{…}': draws a chart on a canvas from the figures of the page
// (templates/ui/chart.go says what they mean). The library is loaded only when
// there is one, and after everything else of the page, which never waits for it:
// the words and the table beside a chart say the same without it.
import { everyPart, on } from "./dom.js";

const charts = new Map();
let library;

// colour resolves a custom property to a colour that a canvas knows.
function colour(box, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  box.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const tones = { accent: "accent-solid", info: "info-solid", good: "good-solid", warn: "warn-solid", bad: "bad-solid", neutral: "neutral-solid", ink: "ink-2" };
const order = ["accent", "good", "warn", "info", "bad", "neutral"];

function numbers(axis) {
  const lang = document.documentElement.lang || undefined;
  const format = axis.percent
    ? new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: axis.digits ?? 2 })
    : new Intl.NumberFormat(lang, { maximumFractionDigits: axis.digits ?? 2 });
  return (value) => (typeof value === "number" ? format.format(value) : String(value ?? ""));
}

function axisOption(box, axis, more) {
  const ink = colour(box, "ink-2");
  const line = colour(box, "line");
  const named = axis.names !== undefined;
  const say = numbers(axis);
  return {
    type: named ? "category" : "value", name: axis.label, data: axis.names, min: axis.min, max: axis.max, scale: axis.free ?? false,
    nameLocation: "middle", nameGap: more.gap, nameTextStyle: { color: ink }, inverse: more.inverse ?? false,
    axisLabel: { color: ink, hideOverlap: true, formatter: named ? undefined : say, width: named ? 120 : undefined, overflow: "truncate" },
    axisLine: { show: true, lineStyle: { color: line } }, axisTick: { show: false },
    splitLine: { show: !named && more.grid, lineStyle: { color: line } }, position: more.position,
    axisPointer: { label: { formatter: (at) => (named ? at.value : say(at.value)), color: colour(box, "surface"), backgroundColor: ink } },
  };
}

function markOption(box, spec) {
  if (!spec.marks?.length) return undefined;
  return {
    silent: true, symbol: "none",
    data: spec.marks.map((mark) => ({
      [mark.axis === "y" ? "yAxis" : "xAxis"]: mark.at,
      lineStyle: { color: colour(box, tones[mark.tone] ?? "neutral-solid"), type: "dashed" },
      label: { formatter: mark.label, color: colour(box, "ink-2"), position: mark.axis === "y" ? "insideEndTop" : "insideEndTop", rotate: 0 },
    })),
  };
}

function seriesOption(box, spec, series, i) {
  const shade = colour(box, tones[series.tone ?? order[i % order.length]]);
  const kinds = { line: "line", bar: "bar", scatter: "scatter", heat: "heatmap" };
  return {
    type: kinds[series.kind ?? "line"], name: series.name, data: series.points, yAxisIndex: series.right ? 1 : 0,
    stack: series.stack, step: series.step ? "middle" : false, connectNulls: false, barMaxWidth: 36,
    showSymbol: series.symbols ?? false, symbolSize: series.kind === "scatter" ? 9 : 7, z: series.kind === "scatter" ? 4 : undefined, itemStyle: { color: series.kind === "heat" ? undefined : shade },
    lineStyle: { color: shade, width: 2, type: series.dashed ? "dashed" : "solid" },
    areaStyle: series.area ? { color: shade, opacity: 0.12 } : undefined,
    label: series.kind === "heat" ? { show: true, color: colour(box, "ink"), formatter: (at) => numbers(spec.value ?? {})(at.value[2]) } : undefined,
    markLine: i === 0 ? markOption(box, spec) : undefined,
  };
}

function heatOption(box, spec) {
  const cells = spec.series.filter((series) => series.kind === "heat").flatMap((series) => series.points);
  if (!cells.length) return undefined;
  const values = cells.map((cell) => cell[2]).filter((value) => typeof value === "number");
  return {
    min: spec.value?.min ?? Math.min(...values), max: spec.value?.max ?? Math.max(...values), calculable: false, show: false,
    inRange: { color: [colour(box, tones[spec.value?.from] ?? "surface-2"), colour(box, tones[spec.value?.to] ?? "accent-solid")] },
  };
}

// tip says the figures under the pointer, as plain text.
function tip(spec, say) {
  return (hit) => {
    const list = Array.isArray(hit) ? hit : [hit];
    if (!list.length) return "";
    const plain = (entry) => (Array.isArray(entry.value) ? entry.value : [entry.name, entry.value]);
    const [x, y, z] = plain(list[0]);
    if (list[0].seriesType === "heatmap") return `${spec.y.names[y]} · ${spec.x.names[x]}\n${say.value(z)}`;
    const head = `${spec.x.label ? `${spec.x.label} ` : ""}${spec.x.names ? list[0].name : say.x(x)}`;
    return [head, ...list.map((entry) => {
      const of = spec.series[entry.seriesIndex];
      return `${entry.seriesName}  ${(of.right ? say.right : say.y)(plain(entry)[1])}`;
    })].join("\n");
  };
}

function option(box, spec) {
  const heat = heatOption(box, spec);
  const say = { x: numbers(spec.x), y: numbers(spec.y), right: numbers(spec.right ?? {}), value: numbers(spec.value ?? {}) };
  const many = spec.series.length > 1;
  const scatter = spec.series.every((series) => series.kind === "scatter");
  const axes = [axisOption(box, spec.y, { gap: 48, grid: !heat, inverse: Boolean(heat) })];
  if (spec.right) axes.push(axisOption(box, spec.right, { gap: 48, grid: false, position: "right" }));
  return {
    animation: false, textStyle: { fontFamily: getComputedStyle(box).fontFamily, color: colour(box, "ink") },
    grid: { left: 16, right: 24, top: many ? 40 : 24, bottom: spec.x.label ? 28 : 8, containLabel: true },
    legend: many ? { top: 0, type: "scroll", textStyle: { color: colour(box, "ink-2") } } : undefined,
    tooltip: {
      renderMode: "richText", confine: true, trigger: heat || scatter ? "item" : "axis", axisPointer: { type: heat || scatter ? "none" : "line" },
      backgroundColor: colour(box, "surface"), borderColor: colour(box, "line-strong"), textStyle: { color: colour(box, "ink") }, formatter: tip(spec, say),
    },
    xAxis: axisOption(box, spec.x, { gap: 28, grid: false }), yAxis: axes, visualMap: heat,
    series: spec.series.map((series, i) => seriesOption(box, spec, series, i)),
  };
}

const loaded = new Promise((done) => {
  if (document.readyState === "complete") done();
  else addEventListener("load", done, { once: true });
});

async function draw(box) {
  await loaded;
  library ??= import(box.dataset.library);
  const { init } = await library;
  if (!box.isConnected) return;
  const canvas = box.querySelector("[data-chart-canvas]");
  const known = charts.get(box);
  if (known) known.clear();
  const chart = known ?? init(canvas, null, { renderer: "canvas" });
  charts.set(box, chart);
  chart.setOption(option(box, JSON.parse(box.dataset.chart)));
  box.dataset.drawn = "true";
}

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) charts.get(entry.target.closest("[data-chart]"))?.resize();
});

// forget lets go of charts that were swapped out of the page.
function forget() {
  for (const [box, chart] of charts) {
    if (box.isConnected) continue;
    chart.dispose();
    charts.delete(box);
  }
}

everyPart((root) => {
  forget();
  for (const box of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    draw(box).then(() => sizes.observe(box.querySelector("[data-chart-canvas]")), () => { box.dataset.failed = "true"; });
  }
});

const again = () => { for (const box of charts.keys()) draw(box); };
document.addEventListener("themechange", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
on("toggle", "details", () => { for (const chart of charts.values()) chart.resize(); }, true);
